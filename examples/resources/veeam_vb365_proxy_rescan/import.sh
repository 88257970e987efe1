# By the ID of the proxy. An import starts no rescan: the next one starts when a trigger changes.
terraform import veeam_vb365_proxy_rescan.branch 36500000-0000-4000-8000-000000000001
