variable "imported_backups" {
  description = "Keys of the backup files that were copied into the repository's folder."
  type        = set(string)
  default     = []
}

# Takes backup files that others have put into the repository's folder into the appliance's database. It is fired once
# at first, and again whenever the list of files changes.
resource "veeam_vbaws_repository_rescan" "archive" {
  repository_id = "a7bcabe6-91f7-40ca-ad73-915d43a8e86b"

  triggers = {
    files = sha256(jsonencode(var.imported_backups))
  }

  timeouts = {
    create = "30m"
    update = "30m"
  }
}

output "rescan_session" {
  value = veeam_vbaws_repository_rescan.archive.session_id
}
