variable "imported_backups" {
  description = "Keys of the backup files that were copied into the folders of the repositories."
  type        = set(string)
  default     = []
}

data "veeam_vbaws_repositories" "archives" {
  name = "archive*"
}

# Rescans all archives at once, and again whenever the list of files changes. When a repository is added later, only that
# one is rescanned; the next apply rescans those that failed.
resource "veeam_vbaws_repositories_rescan" "archives" {
  repository_ids = data.veeam_vbaws_repositories.archives.repositories[*].id

  triggers = {
    files = sha256(jsonencode(var.imported_backups))
  }

  timeouts = {
    create = "30m"
    update = "30m"
  }
}

output "rescans" {
  value = { for id, session in veeam_vbaws_repositories_rescan.archives.sessions : id => session.status }
}
