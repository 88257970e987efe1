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

  # Fires the rescan and hopes for the best: how it ends is not seen.
  provisioner "local-exec" {
    environment = {
      api        = "https://vbaws.example.com:11005/api/v1"
      password   = var.vbaws_password
      repository = "a7bcabe6-91f7-40ca-ad73-915d43a8e86b"
    }
    command = <<-SHELL
      token=$(curl -fsS "$api/token" -H 'x-api-version: 1.3-rev0' -d grant_type=password -d username=terraform \
        --data-urlencode "password=$password" | jq -r .access_token)
      curl -fsS -X POST "$api/repositories/$repository/rescan" -H 'x-api-version: 1.3-rev0' \
        -H "Authorization: Bearer $token"
    SHELL
  }
}
