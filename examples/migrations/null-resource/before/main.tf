terraform {
  required_providers {
    null = {
      source = "hashicorp/null"
    }
  }
}

variable "vb365_password" {
  type      = string
  sensitive = true
}

variable "proxy_password" {
  type      = string
  sensitive = true
}

resource "null_resource" "proxy" {
  # A destroy provisioner may read nothing but self, so both passwords have to be in the triggers, and are in the state.
  triggers = {
    api            = "https://vb365.example.com:4443/v8"
    login_password = var.vb365_password
    host           = "proxy-1.example.com"
    proxy_user     = "EXAMPLE\\proxy-admin"
    proxy_password = var.proxy_password
  }

  provisioner "local-exec" {
    environment = self.triggers
    command     = <<-SHELL
      token=$(curl -fsS "$api/token" -d grant_type=password -d 'username=EXAMPLE\svc-terraform' \
        --data-urlencode "password=$login_password" | jq -r .access_token)
      jq -n '{hostName: env.host, userName: env.proxy_user, userPassword: env.proxy_password}' |
        curl -fsS "$api/Proxies" -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -d @-
    SHELL
  }

  provisioner "local-exec" {
    when        = destroy
    environment = self.triggers
    command     = <<-SHELL
      token=$(curl -fsS "$api/token" -d grant_type=password -d 'username=EXAMPLE\svc-terraform' \
        --data-urlencode "password=$login_password" | jq -r .access_token)
      id=$(curl -fsS "$api/Proxies" -H "Authorization: Bearer $token" |
        jq -r '.results[] | select(.hostName == env.host).id')
      jq -n '{userName: env.proxy_user, userPassword: env.proxy_password}' |
        curl -fsS "$api/Proxies/$id/Remove" -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -d @-
    SHELL
  }
}
