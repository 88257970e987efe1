terraform {
  required_providers {
    restful = {
      source = "magodo/restful"
    }
  }
}

variable "vb365_endpoint" {
  type    = string
  default = "https://vb365.example.com:4443"
}

# The OAuth 2.0 password flow of the provider cannot send disable_antiforgery_token, which versions 7 and 8 of the API need to
# accept requests without an antiforgery cookie. So a script gets the token before each run.
variable "vb365_token" {
  type      = string
  sensitive = true
}

variable "proxy_admin_password" {
  type      = string
  sensitive = true
}

provider "restful" {
  base_url = var.vb365_endpoint

  security = {
    http = {
      token = {
        token = var.vb365_token
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
    username = "EXAMPLE\\proxy-admin"
    password = var.proxy_admin_password
  }

  # The body of the removal is an ordinary attribute: the password is in state.
  delete_method = "POST"
  delete_path   = "$(path)/$(body.id)/Remove"
  delete_body = {
    userName     = "EXAMPLE\\proxy-admin"
    userPassword = var.proxy_admin_password
  }
}

# There are no triggers: the rescan runs once, and then only with -replace.
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
