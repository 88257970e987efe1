# By host name (case-insensitive) or by ID.
data "veeam_vb365_proxy" "branch" {
  host_name = "branch-1.example.com"
}

resource "veeam_vb365_proxy_rescan" "branch" {
  proxy_id = data.veeam_vb365_proxy.branch.id

  triggers = {
    build = data.veeam_vb365_proxy.branch.version
  }
}
