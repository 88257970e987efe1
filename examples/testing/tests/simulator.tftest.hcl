# Runs against the simulator, or against a server for tests: VEEAM_VB365_ENDPOINT and the other variables say where it is.
run "registers_and_rescans" {
  assert {
    condition     = alltrue([for rescan in veeam_vb365_proxy_rescan.branch : rescan.status == "Online"])
    error_message = "A proxy is not online after its rescan."
  }
}

run "rescans_again_with_a_new_image" {
  variables {
    image = "windows-2025-11"
  }

  assert {
    condition     = alltrue([for host, rescan in veeam_vb365_proxy_rescan.branch : rescan.proxy_id == run.registers_and_rescans.proxy_ids[host]])
    error_message = "A proxy was replaced."
  }
}
