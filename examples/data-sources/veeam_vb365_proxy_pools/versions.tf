terraform {
  required_version = ">= 1.11"

  required_providers {
    veeam = {
      source  = "veeam-community/veeam"
      version = "~> 0.1"
    }
  }
}
