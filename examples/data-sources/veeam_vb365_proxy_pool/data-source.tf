data "veeam_vb365_proxy_pool" "branches" {
  name = "branches"
}

output "proxies" {
  description = "IDs of the proxies in the pool."
  value       = data.veeam_vb365_proxy_pool.branches.proxy_ids
}
