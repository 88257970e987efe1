variable "proxy_admin_password" {
  description = "Password of the account on the proxies' machines."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "inventory_version" {
  description = "Version of whatever the backups cover; a new one fires the rescans again."
  type        = string
  default     = "1"
}

variable "repository_id" {
  description = "ID of the repository to rescan on the AWS appliance."
  type        = string
}

variable "aws_rescan" {
  description = "Whether to rescan the AWS repository; appliances 8 and later no longer offer it."
  type        = bool
  default     = true
}
