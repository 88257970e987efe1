output "proxy_status" {
  description = "Status of the proxy after its rescan."
  value       = veeam_vb365_proxy_rescan.this.status
}

output "session_id" {
  description = "Session of the last repository rescan on the AWS appliance."
  value       = one(veeam_vbaws_repository_rescan.this[*].session_id)
}

output "session_result" {
  description = "Result of that session."
  value       = one(veeam_vbaws_repository_rescan.this[*].session_result)
}
