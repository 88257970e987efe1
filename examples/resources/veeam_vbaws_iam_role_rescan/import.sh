# By the ID of the IAM role. An import starts no rescan: the next one starts when a trigger changes.
terraform import veeam_vbaws_iam_role_rescan.backup 0f0e0d0c-1111-4222-8333-444455556666
