data "veeam_vb365_proxies" "branches" {
  host_name = "branch-*.example.com"
}

variable "network_change" {
  description = "Number of the last change of the firewall between the server and the branches."
  type        = string
  default     = "CHG-1"
}

# Rescans all proxies of the branches with one request, and again after every change of the network. When a proxy is added
# later, only that one is rescanned.
resource "veeam_vb365_proxies_rescan" "branches" {
  proxy_ids = data.veeam_vb365_proxies.branches.proxies[*].id

  triggers = {
    network = var.network_change
  }
}
