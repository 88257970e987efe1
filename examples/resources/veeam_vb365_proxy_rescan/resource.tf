resource "veeam_vb365_proxy" "branch" {
  host_name = "proxy-1.example.com"
}

# Rescans the proxy once when this resource is created, and again whenever the image or the number of disks changes.
resource "veeam_vb365_proxy_rescan" "branch" {
  proxy_id = veeam_vb365_proxy.branch.id

  triggers = {
    image = "windows-2025-10"
    disks = 2
  }
}
