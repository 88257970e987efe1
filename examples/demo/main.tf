# A proxy of Veeam Backup for Microsoft 365 that is rescanned when an inventory changes and removed by `destroy`, and the
# rescan of a repository of Veeam Backup for AWS. `make demo` runs it against the simulator.

terraform {
  required_version = ">= 1.11"

  required_providers {
    veeam = {
      source  = "veeam-community/veeam"
      version = "~> 0.1"
    }
  }
}

# Endpoints, accounts and certificates come from the environment variables VEEAM_VB365_… and VEEAM_VBAWS_….
provider "veeam" {
  vb365 = {
    # The account on the machines of the proxies. Destroying a proxy needs it. It is never stored in state.
    proxy_credentials = {
      default = {
        username = "EXAMPLE\\proxy-admin"
        password = var.proxy_admin_password
      }
    }
  }
}

resource "veeam_vb365_proxy" "this" {
  host_name   = "proxy-1.example.com"
  description = "Managed by Terraform"
}

resource "veeam_vb365_proxy_rescan" "this" {
  proxy_id = veeam_vb365_proxy.this.id

  triggers = {
    inventory = var.inventory_version
  }
}

resource "veeam_vbaws_repository_rescan" "this" {
  count = var.aws_rescan ? 1 : 0

  repository_id = var.repository_id

  triggers = {
    inventory = var.inventory_version
  }
}
