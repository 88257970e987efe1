# Destroying this proxy issues the remove action, with the account that the provider's proxy_credentials hold for its
# machine.
resource "veeam_vb365_proxy" "branch" {
  host_name   = "proxy-1.example.com"
  description = "Branch office"

  network_throttling = {
    value = 200
    unit  = "Mbps"
  }
}

# The account is named, and the removal also works when the machine is gone. Destroy reads both from state, so they must
# be applied before.
resource "veeam_vb365_proxy" "lab" {
  host_name        = "proxy-2.example.com"
  credentials_name = "default"

  removal = {
    force = true
  }

  timeouts = {
    create = "45m"
    delete = "15m"
  }
}
