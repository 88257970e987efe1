# By ID, or by the name that the Veeam console shows.
terraform import veeam_vb365_proxy_pool.main 36520000-0000-4000-8000-000000000001
terraform import veeam_vb365_proxy_pool.main branches
