terraform {
  required_providers {
    restful = {
      source = "magodo/restful"
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

provider "restful" {
  base_url = "https://vb365.example.com:4443"

  security = {
    oauth2 = {
      password = {
        token_url = "https://vb365.example.com:4443/v8/token"
        username  = "EXAMPLE\\svc-terraform"
        password  = var.vb365_password
      }
    }
  }
}

resource "restful_resource" "proxy" {
  path      = "/v8/Proxies"
  read_path = "$(path)/$(body.id)"

  body = {
    hostName    = "proxy-1.example.com"
    description = "Branch office"
  }
  ephemeral_body = {
    userName     = "EXAMPLE\\proxy-admin"
    userPassword = var.proxy_password
  }

  # The body of the removal is an ordinary attribute: the password is in the state.
  delete_method = "POST"
  delete_path   = "$(path)/$(body.id)/Remove"
  delete_body = {
    userName     = "EXAMPLE\\proxy-admin"
    userPassword = var.proxy_password
  }
}

# There is no trigger: it fires once, and then only with -replace.
resource "restful_operation" "rescan" {
  path   = "${restful_resource.proxy.id}/Rescan"
  method = "POST"

  poll = {
    url_locator    = "exact.${restful_resource.proxy.id}"
    status_locator = "body.status"
    status = {
      success = "Online"
      pending = ["Offline"]
    }
  }
}
