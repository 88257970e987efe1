# Lists the proxies that match every filter. Without a filter, all proxies are listed.
data "veeam_vb365_proxies" "branches" {
  host_name = "branch-*.example.com"
}

check "branches_are_online" {
  assert {
    condition     = alltrue([for p in data.veeam_vb365_proxies.branches.proxies : p.status == "Online"])
    error_message = "The proxy of a branch office is offline."
  }
}

output "load" {
  description = "CPU usage of each proxy, in percent (API version v8)."
  value       = { for p in data.veeam_vb365_proxies.branches.proxies : p.host_name => p.cpu_usage_percent }
}
