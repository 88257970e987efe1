# By the name of its host, which is compared without case, or by its ID.
data "veeam_vb365_proxy" "branch" {
  host_name = "proxy-1.example.com"
}

resource "veeam_vb365_proxy_rescan" "branch" {
  proxy_id = data.veeam_vb365_proxy.branch.id

  triggers = {
    build = data.veeam_vb365_proxy.branch.version
  }
}
