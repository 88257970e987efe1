# Repositories whose cache is out of sync with their object storage.
data "veeam_vb365_repositories" "out_of_sync" {
  name        = "Archive*"
  out_of_sync = true
}

resource "veeam_vb365_repository_sync" "all" {
  for_each = { for r in data.veeam_vb365_repositories.out_of_sync.repositories : r.id => r.name }

  repository_id = each.key
}
