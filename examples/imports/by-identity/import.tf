import {
  to = veeam_vb365_proxy.branch
  identity = {
    id = "36500000-0000-4000-8000-000000000001"
  }
}
