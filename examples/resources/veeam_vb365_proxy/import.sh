# By ID, or by the host name that the Veeam console shows.
terraform import veeam_vb365_proxy.branch 0f0e0d0c-1111-4222-8333-444455556666
terraform import veeam_vb365_proxy.branch proxy-1.example.com
