data "veeam_vb365_service" "this" {}

# Tells in the plan when the server was upgraded to a product whose API this configuration was not tried with.
check "known_api" {
  assert {
    condition     = contains(["v7", "v8"], data.veeam_vb365_service.this.served_api_versions[0])
    error_message = "Build ${coalesce(data.veeam_vb365_service.this.build, "unknown")} serves a newer API version than v8."
  }
}
