variable "imported_backups" {
  description = "Keys of the backup files that were copied into the repository's folder."
  type        = set(string)
  default     = []
}

# Imports backup files that were copied into the repository's folder into the database of the appliance: once when this
# resource is created, and again whenever the list of files changes.
resource "veeam_vbaws_repository_rescan" "archive" {
  repository_id = "a3500000-0000-4000-8000-000000000001"

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
