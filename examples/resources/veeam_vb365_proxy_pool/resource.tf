data "veeam_vb365_proxies" "branches" {
  host_name = "branch-1.example.com"
}

# All proxies of the pool. Proxies that are not listed are removed from it.
resource "veeam_vb365_proxy_pool" "main" {
  name        = "main"
  description = "Proxies of the main site"
  proxy_ids   = data.veeam_vb365_proxies.branches.proxies[*].id
}
