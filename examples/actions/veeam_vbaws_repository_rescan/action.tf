data "veeam_vbaws_repository" "archive" {
  name = "archive-1"
}

action "veeam_vbaws_repository_rescan" "archive" {
  config {
    repository_id = data.veeam_vbaws_repository.archive.id

    timeouts = {
      invoke = "30m"
    }
  }
}

# Rescans the repository after something that fills its folder has changed.
resource "terraform_data" "copied_backups" {
  input = "2025-10"

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.veeam_vbaws_repository_rescan.archive]
    }
  }
}
