terraform {
  required_version = ">= 1.11"

  required_providers {
    veeam = {
      source  = "veeam-community/veeam"
      version = "~> 0.1"
    }
  }
}

# Ephemeral variables are stored neither in state nor in saved plans.
variable "vb365_password" {
  type      = string
  ephemeral = true
  sensitive = true
}

variable "vbaws_password" {
  type      = string
  ephemeral = true
  sensitive = true
}

variable "proxy_admin_password" {
  type      = string
  ephemeral = true
  sensitive = true
}

provider "veeam" {
  # Omit the block of a product that you do not use.
  vb365 = {
    endpoint           = "https://vb365.example.com:4443"
    username           = "EXAMPLE\\svc-terraform"
    password           = var.vb365_password
    certificate_sha256 = "E3:B0:C4:42:98:FC:1C:14:9A:FB:F4:C8:99:6F:B9:24:27:AE:41:E4:64:9B:93:4C:A4:95:99:1B:78:52:B8:55"

    # The accounts of the machines that the proxies run on.
    proxy_credentials = {
      default = {
        username = "EXAMPLE\\proxy-admin"
        password = var.proxy_admin_password
      }
    }
  }

  vbaws = {
    endpoint            = "https://vbaws.example.com:11005"
    username            = "terraform"
    password            = var.vbaws_password
    ca_certificate_file = "${path.module}/appliance-ca.pem"
  }
}
