# By the ID of the repository. An import starts no synchronization: the next one starts when a trigger changes.
terraform import veeam_vb365_repository_sync.archive 36500000-0000-4000-8000-000000000101
