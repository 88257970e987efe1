variable "vbaws_password" {
  type      = string
  ephemeral = true
}

variable "imported_backups" {
  type    = set(string)
  default = []
}

provider "veeam" {
  vbaws = {
    endpoint = "https://vbaws.example.com:11005"
    username = "terraform"
    password = var.vbaws_password
  }
}

removed {
  from = terraform_data.rescan

  lifecycle {
    destroy = false
  }
}

# The first apply fires it once; from then on a changed trigger does.
resource "veeam_vbaws_repository_rescan" "archive" {
  repository_id = "a7bcabe6-91f7-40ca-ad73-915d43a8e86b"

  triggers = {
    files = sha256(jsonencode(var.imported_backups))
  }
}
