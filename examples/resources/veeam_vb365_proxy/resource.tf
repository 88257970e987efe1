# Destroying this proxy sends the remove action with the credentials of its machine, which come from proxy_credentials in
# the provider configuration.
resource "veeam_vb365_proxy" "branch" {
  host_name   = "proxy-1.example.com"
  description = "Branch office"

  network_throttling = {
    value = 200
    unit  = "Mbps"
  }
}

# Uses a named entry of proxy_credentials, and can be removed when its machine no longer exists. Destroy reads both settings
# from state, so they must be applied first.
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
