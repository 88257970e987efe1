data "veeam_vb365_proxies" "branches" {
  host_name = "branch-*.example.com"
}

variable "network_change" {
  description = "Number of the last change of the firewall between the server and the branches."
  type        = string
  default     = "CHG-1"
}

# Rescans all proxies of the branches by one request, after every change of the network. A proxy that is registered later
# is rescanned alone.
resource "veeam_vb365_proxies_rescan" "branches" {
  count = length(data.veeam_vb365_proxies.branches.proxies) > 0 ? 1 : 0

  proxy_ids = data.veeam_vb365_proxies.branches.proxies[*].id

  triggers = {
    network = var.network_change
  }
}
