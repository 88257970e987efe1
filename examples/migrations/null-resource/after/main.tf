variable "vb365_password" {
  type      = string
  ephemeral = true
}

variable "proxy_password" {
  type      = string
  ephemeral = true
}

provider "veeam" {
  vb365 = {
    endpoint = "https://vb365.example.com:4443"
    username = "EXAMPLE\\svc-terraform"
    password = var.vb365_password

    proxy_credentials = {
      default = { username = "EXAMPLE\\proxy-admin", password = var.proxy_password }
    }
  }
}

# Forgets the old resource. Without this block, apply would run its destroy provisioner, and the proxy would be gone.
removed {
  from = null_resource.proxy

  lifecycle {
    destroy = false
  }
}

import {
  to = veeam_vb365_proxy.branch
  id = "proxy-1.example.com"
}

resource "veeam_vb365_proxy" "branch" {
  host_name = "proxy-1.example.com"
}
