variable "vbaws_endpoint" {
  type    = string
  default = "https://vbaws.example.com:11005"
}

variable "vbaws_username" {
  type    = string
  default = "terraform"
}

variable "vbaws_password" {
  type      = string
  sensitive = true
}

variable "imported_backups" {
  type    = set(string)
  default = []
}

resource "terraform_data" "rescan" {
  triggers_replace = sha256(jsonencode(var.imported_backups))

  # Starts the rescan and does not wait for it: a failed rescan is never noticed.
  provisioner "local-exec" {
    environment = {
      api        = "${var.vbaws_endpoint}/api/v1"
      username   = var.vbaws_username
      password   = var.vbaws_password
      repository = "a3500000-0000-4000-8000-000000000001"
    }
    command = <<-SHELL
      set -e
      token=$(curl -fsS "$api/token" -H 'x-api-version: 1.3-rev0' -d grant_type=password \
        --data-urlencode "username=$username" --data-urlencode "password=$password" | jq -er .access_token)
      curl -fsS -X POST "$api/repositories/$repository/rescan" -H 'x-api-version: 1.3-rev0' \
        -H "Authorization: Bearer $token"
    SHELL
  }
}
