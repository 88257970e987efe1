# Only members of a proxy pool can be in maintenance mode. To start an action by hand:
#   terraform apply -invoke=action.veeam_vb365_proxy_maintenance.enter
#   terraform apply -invoke=action.veeam_vb365_proxy_maintenance.leave
action "veeam_vb365_proxy_maintenance" "enter" {
  config {
    proxy_id = "36500000-0000-4000-8000-000000000004"
    enabled  = true
  }
}

action "veeam_vb365_proxy_maintenance" "leave" {
  config {
    proxy_id = "36500000-0000-4000-8000-000000000004"
    enabled  = false
  }
}
