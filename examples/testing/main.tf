# A module: registers the proxies of a branch office, and rescans them when their image changes.

variable "hosts" {
  description = "Host names of the machines."
  type        = set(string)
  default     = ["proxy-1.example.com", "proxy-2.example.com"]
}

variable "image" {
  description = "Image of the machines."
  type        = string
  default     = "windows-2025-10"
}

resource "veeam_vb365_proxy" "branch" {
  for_each = var.hosts

  host_name   = each.key
  description = "Branch office"
}

resource "veeam_vb365_proxy_rescan" "branch" {
  for_each = var.hosts

  proxy_id = veeam_vb365_proxy.branch[each.key].id
  triggers = { image = var.image }
}

output "proxy_ids" {
  value = { for host, proxy in veeam_vb365_proxy.branch : host => proxy.id }
}
