# By the ID of the repository. An import starts no rescan: the next one starts when a trigger changes.
terraform import veeam_vbaws_repository_rescan.archive 0f0e0d0c-1111-4222-8333-444455556667
