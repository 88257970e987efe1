data "veeam_vbaws_appliance" "this" {}

# Rescans the repository where the appliance still has that: up to version 7.
resource "veeam_vbaws_repository_rescan" "archive" {
  count = data.veeam_vbaws_appliance.this.repository_rescan_supported ? 1 : 0

  repository_id = "a7bcabe6-91f7-40ca-ad73-915d43a8e86b"
}
