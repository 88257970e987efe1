variable "storage_generation" {
  description = "Change it after something else has written to the object storage, for example another site."
  type        = string
  default     = "1"
}

# Synchronizes the cache of the repository with its object storage: once when this resource is created, and again for each
# new generation.
resource "veeam_vb365_repository_sync" "archive" {
  repository_id = "36510000-0000-4000-8000-000000000001"

  triggers = {
    generation = var.storage_generation
  }
}

output "archive_out_of_sync" {
  value = veeam_vb365_repository_sync.archive.out_of_sync
}
