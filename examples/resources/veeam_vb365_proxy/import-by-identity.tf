import {
  to = veeam_vb365_proxy.branch
  identity = {
    id = "0f0e0d0c-1111-4222-8333-444455556666"
  }
}
