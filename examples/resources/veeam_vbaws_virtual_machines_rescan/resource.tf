variable "instance_ids" {
  description = "EC2 instances that this configuration creates."
  type        = set(string)
  default     = []
}

resource "veeam_vbaws_virtual_machines_rescan" "this" {
  triggers = {
    instances = sha256(jsonencode(var.instance_ids))
  }

  timeouts = {
    create = "30m"
    update = "30m"
  }
}
