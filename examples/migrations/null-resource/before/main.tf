terraform {
  required_providers {
    null = {
      source = "hashicorp/null"
    }
  }
}

variable "vb365_endpoint" {
  type    = string
  default = "https://vb365.example.com:4443"
}

variable "vb365_username" {
  type    = string
  default = "EXAMPLE\\svc-terraform"
}

variable "vb365_password" {
  type      = string
  sensitive = true
}

variable "proxy_admin_password" {
  type      = string
  sensitive = true
}

resource "null_resource" "proxy" {
  # A destroy provisioner can refer only to self, so both passwords must be in the triggers, and therefore in state.
  triggers = {
    api            = "${var.vb365_endpoint}/v8"
    login_user     = var.vb365_username
    login_password = var.vb365_password
    host           = "proxy-1.example.com"
    proxy_user     = "EXAMPLE\\proxy-admin"
    proxy_password = var.proxy_admin_password
  }

  provisioner "local-exec" {
    environment = self.triggers
    command     = <<-SHELL
      set -e
      token=$(curl -fsS "$api/token" -d grant_type=password -d disable_antiforgery_token=true \
        --data-urlencode "username=$login_user" --data-urlencode "password=$login_password" | jq -er .access_token)
      jq -n '{hostName: env.host, description: "Branch office", username: env.proxy_user, password: env.proxy_password}' |
        curl -fsS "$api/Proxies" -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -d @-
    SHELL
  }

  provisioner "local-exec" {
    when        = destroy
    environment = self.triggers
    command     = <<-SHELL
      set -e
      token=$(curl -fsS "$api/token" -d grant_type=password -d disable_antiforgery_token=true \
        --data-urlencode "username=$login_user" --data-urlencode "password=$login_password" | jq -er .access_token)
      id=$(curl -fsS "$api/Proxies" -H "Authorization: Bearer $token" |
        jq -er '.results[] | select(.hostName == env.host).id')
      jq -n '{userName: env.proxy_user, userPassword: env.proxy_password}' |
        curl -fsS "$api/Proxies/$id/Remove" -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -d @-
    SHELL
  }
}
