# Lists the repositories that match every filter. Without a filter, all repositories are listed.
data "veeam_vbaws_repositories" "archives" {
  name   = "archive*"
  region = "us-east-1"
}

check "archives_are_encrypted" {
  assert {
    condition     = alltrue(data.veeam_vbaws_repositories.archives.repositories[*].encrypted)
    error_message = "At least one archive is not encrypted."
  }
}

output "archives" {
  value = { for r in data.veeam_vbaws_repositories.archives.repositories : r.name => r.id }
}
