variable "proxy_admin_password" {
  description = "Password of the account on the machines of the proxies."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "inventory_version" {
  description = "Version of the inventory; a new value starts the rescans again."
  type        = string
  default     = "1"
}

variable "repository_id" {
  description = "ID of the repository to rescan on the AWS appliance. The default is the first repository of the simulator."
  type        = string
  default     = "a3500000-0000-4000-8000-000000000001"
}

variable "aws_rescan" {
  description = "Whether to rescan the AWS repository; appliances 8 and later do not support it."
  type        = bool
  default     = true
}
