data "veeam_vbaws_iam_role" "backup" {
  name = "Backup Role 1"
}

output "role_in_aws" {
  value = "arn:aws:iam::${data.veeam_vbaws_iam_role.backup.aws_account_id}:role/${data.veeam_vbaws_iam_role.backup.role_name}"
}
