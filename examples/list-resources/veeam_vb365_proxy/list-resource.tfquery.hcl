# Lists the proxies, or also writes resource and import blocks for them:
#   terraform query
#   terraform query -generate-config-out=proxies.tf
list "veeam_vb365_proxy" "branches" {
  provider = veeam

  config {
    host_name = "branch-*.example.com"
    status    = "Online"
  }

  # Defaults to 100.
  limit = 1000
}
