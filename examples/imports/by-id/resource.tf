resource "veeam_vb365_proxy" "branch" {
  host_name = "branch-1.example.com"
}
