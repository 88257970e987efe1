data "veeam_vbaws_repository" "archive" {
  name = "archive"
}

output "archive_is_stored_in" {
  value = "s3://${data.veeam_vbaws_repository.archive.bucket}/${data.veeam_vbaws_repository.archive.folder}"
}
