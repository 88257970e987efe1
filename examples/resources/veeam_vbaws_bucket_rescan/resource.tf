data "veeam_vbaws_iam_role" "backup" {
  name = "Backup Role 1"
}

variable "bucket_name" {
  description = "An S3 bucket that this configuration creates."
  type        = string
  default     = "backups.example.com"
}

# Makes a new bucket available for repositories. The account must have the role Portal Administrator.
resource "veeam_vbaws_bucket_rescan" "backup" {
  iam_role_id = data.veeam_vbaws_iam_role.backup.id

  triggers = {
    bucket = var.bucket_name
  }
}
