# terraform query lists the proxies; terraform query -generate-config-out=proxies.tf also writes their configuration, which
# imports them and plans no change.
list "veeam_vb365_proxy" "branches" {
  provider = veeam

  config {
    host_name = "branch-*.example.com"
    status    = "Online"
  }

  # Terraform lists 100 unless told otherwise.
  limit = 1000
}
