resource "veeam_vbaws_repository_rescan" "archive" {
  repository_id = "a3500000-0000-4000-8000-000000000001"
}

# Shows what the rescan found. Appliances purge old sessions; reading a purged session is an error.
data "veeam_vbaws_session" "rescan" {
  id = veeam_vbaws_repository_rescan.archive.session_id
}

output "rescan_log" {
  value = [for line in data.veeam_vbaws_session.rescan.log : "${line.status}: ${line.message}"]
}
