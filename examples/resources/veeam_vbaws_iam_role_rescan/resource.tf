data "veeam_vbaws_iam_role" "backup" {
  name = "Backup Role 1"
}

variable "instance_ids" {
  description = "EC2 instances that this configuration creates."
  type        = set(string)
  default     = []
}

# Makes the appliance discover new resources in two regions immediately, instead of at its next periodic rescan.
resource "veeam_vbaws_iam_role_rescan" "backup" {
  iam_role_id  = data.veeam_vbaws_iam_role.backup.id
  region_names = ["eu-central-1", "us-east-1"]

  triggers = {
    instances = sha256(jsonencode(var.instance_ids))
  }
}
