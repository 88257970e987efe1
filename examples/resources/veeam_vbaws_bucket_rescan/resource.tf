data "veeam_vbaws_iam_role" "backup" {
  name = "Default Backup Role"
}

variable "bucket_name" {
  description = "An S3 bucket that this configuration creates."
  type        = string
  default     = "backups.example.com"
}

# Makes the appliance offer a new bucket for repositories. The account has to be a Portal Administrator.
resource "veeam_vbaws_bucket_rescan" "backup" {
  iam_role_id = data.veeam_vbaws_iam_role.backup.id

  triggers = {
    bucket = var.bucket_name
  }
}
