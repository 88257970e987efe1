resource "veeam_vb365_proxy" "branch" {
  host_name = "proxy-1.example.com"
}

action "veeam_vb365_proxy_rescan" "branch" {
  config {
    proxy_id = veeam_vb365_proxy.branch.id
  }
}

# Rescans the proxy after something that it depends on has changed.
resource "terraform_data" "firewall" {
  input = "rules-2025-10"

  lifecycle {
    action_trigger {
      events  = [after_update]
      actions = [action.veeam_vb365_proxy_rescan.branch]
    }
  }
}
