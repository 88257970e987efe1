data "veeam_vbaws_iam_role" "backup" {
  name = "Default Backup Role"
}

variable "instance_ids" {
  description = "EC2 instances that this configuration creates."
  type        = set(string)
  default     = []
}

# Lets the appliance see at once what was created in two regions, instead of with its next periodic rescan.
resource "veeam_vbaws_iam_role_rescan" "backup" {
  iam_role_id  = data.veeam_vbaws_iam_role.backup.id
  region_names = ["eu-central-1", "us-east-1"]

  triggers = {
    instances = sha256(jsonencode(var.instance_ids))
  }
}
