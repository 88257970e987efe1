data "veeam_vbaws_appliance" "this" {}

# Rescans the repository if the appliance supports it (up to version 7).
resource "veeam_vbaws_repository_rescan" "archive" {
  count = data.veeam_vbaws_appliance.this.repository_rescan_supported ? 1 : 0

  repository_id = "a3500000-0000-4000-8000-000000000001"
}
