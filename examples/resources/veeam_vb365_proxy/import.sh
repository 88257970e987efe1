# By ID, or by the host name that the Veeam console shows.
terraform import veeam_vb365_proxy.branch 36500000-0000-4000-8000-000000000001
terraform import veeam_vb365_proxy.branch branch-1.example.com
