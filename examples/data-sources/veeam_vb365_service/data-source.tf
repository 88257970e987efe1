data "veeam_vb365_service" "this" {}

# Warns in the plan when the server no longer has the API version that this configuration was tested with, for example after an upgrade.
check "tested_api_version" {
  assert {
    condition     = data.veeam_vb365_service.this.api_version == "v8"
    error_message = "Build ${coalesce(data.veeam_vb365_service.this.build, "unknown")} is used with API version ${data.veeam_vb365_service.this.api_version}, not v8."
  }
}
