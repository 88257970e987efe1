# Lists the pools, or also writes resource and import blocks for them:
#   terraform query
#   terraform query -generate-config-out=pools.tf
list "veeam_vb365_proxy_pool" "all" {
  provider = veeam
}
