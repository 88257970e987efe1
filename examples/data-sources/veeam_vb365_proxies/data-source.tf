# Every filter must let a proxy through; without any, all proxies are listed.
data "veeam_vb365_proxies" "branches" {
  host_name = "branch-*.example.com"
}

check "branches_are_online" {
  assert {
    condition     = alltrue([for p in data.veeam_vb365_proxies.branches.proxies : p.status == "Online"])
    error_message = "Some branch office has lost its proxy."
  }
}

output "load" {
  description = "Load of each processor, in percent (API version v8)."
  value       = { for p in data.veeam_vb365_proxies.branches.proxies : p.host_name => p.cpu_usage_percent }
}
