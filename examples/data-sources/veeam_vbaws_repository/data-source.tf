data "veeam_vbaws_repository" "archive" {
  name = "archive-1"
}

output "archive_is_stored_in" {
  value = "s3://${data.veeam_vbaws_repository.archive.bucket}/${data.veeam_vbaws_repository.archive.folder}"
}
