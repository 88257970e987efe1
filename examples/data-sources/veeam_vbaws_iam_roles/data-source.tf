data "veeam_vbaws_iam_roles" "backup" {
  name = "*Backup*"
  kind = "IAMRole"
}

# One rescan for each role.
resource "veeam_vbaws_iam_role_rescan" "backup" {
  for_each = { for role in data.veeam_vbaws_iam_roles.backup.iam_roles : role.name => role.id }

  iam_role_id = each.value
}
