terraform {
  required_version = ">= 1.11"

  required_providers {
    veeam = {
      source  = "veeam-community/veeam"
      version = "~> 0.1"
    }
  }
}

variable "proxy_admin_password" {
  type      = string
  ephemeral = true
  sensitive = true
}

# The endpoint and the account of the server come from VEEAM_VB365_ENDPOINT, VEEAM_VB365_USERNAME and VEEAM_VB365_PASSWORD.
provider "veeam" {
  vb365 = {
    proxy_credentials = {
      default = { username = "EXAMPLE\\proxy-admin", password = var.proxy_admin_password }
    }
  }
}

# Removes the old resource from state. Without this block, apply would run its destroy provisioner and remove the proxy.
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
  host_name   = "proxy-1.example.com"
  description = "Branch office"
}
