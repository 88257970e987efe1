terraform {
  required_version = ">= 1.11"

  required_providers {
    veeam = {
      source  = "veeam-community/veeam"
      version = "~> 0.1"
    }
  }
}

variable "imported_backups" {
  type    = set(string)
  default = []
}

# The endpoint and the account of the appliance come from VEEAM_VBAWS_ENDPOINT, VEEAM_VBAWS_USERNAME and VEEAM_VBAWS_PASSWORD.
provider "veeam" {}

removed {
  from = terraform_data.rescan

  lifecycle {
    destroy = false
  }
}

# The first apply starts a rescan; from then on, a changed trigger does.
resource "veeam_vbaws_repository_rescan" "archive" {
  repository_id = "a3500000-0000-4000-8000-000000000001"

  triggers = {
    files = sha256(jsonencode(var.imported_backups))
  }
}
