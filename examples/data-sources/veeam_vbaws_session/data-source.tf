resource "veeam_vbaws_repository_rescan" "archive" {
  repository_id = "a7bcabe6-91f7-40ca-ad73-915d43a8e86b"
}

# Shows what the rescan has found. Appliances forget sessions after some time; then this look-up fails.
data "veeam_vbaws_session" "rescan" {
  id = veeam_vbaws_repository_rescan.archive.session_id
}

output "rescan_log" {
  value = [for line in data.veeam_vbaws_session.rescan.log : "${line.status}: ${line.message}"]
}
