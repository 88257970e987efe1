output "proxy_status" {
  description = "Status of the proxy when its rescan was over."
  value       = veeam_vb365_proxy_rescan.this.status
}

output "session_id" {
  description = "Session of the last repository rescan on the AWS appliance."
  value       = one(veeam_vbaws_repository_rescan.this[*].session_id)
}

output "session_result" {
  description = "How that session ended."
  value       = one(veeam_vbaws_repository_rescan.this[*].session_result)
}
