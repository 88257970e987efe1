data "veeam_vb365_proxy_pools" "all" {}

output "sizes" {
  description = "Number of proxies in each pool."
  value       = { for pool in data.veeam_vb365_proxy_pools.all.proxy_pools : pool.name => length(pool.proxy_ids) }
}
