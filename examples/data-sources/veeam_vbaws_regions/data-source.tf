data "veeam_vbaws_regions" "europe" {
  name = "eu-*"
}

data "veeam_vbaws_iam_role" "backup" {
  name = "Backup Role 1"
}

resource "veeam_vbaws_iam_role_rescan" "europe" {
  iam_role_id = data.veeam_vbaws_iam_role.backup.id
  region_ids  = data.veeam_vbaws_regions.europe.regions[*].id
}
