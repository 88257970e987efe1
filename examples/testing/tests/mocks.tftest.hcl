# Runs without any server: the provider is replaced by mocks.
mock_provider "veeam" {
  source = "./tests/mocks"
}

run "plans_one_rescan_for_each_proxy" {
  command = plan

  variables {
    hosts = ["proxy-7.example.com"]
  }

  assert {
    condition     = keys(veeam_vb365_proxy_rescan.branch) == ["proxy-7.example.com"]
    error_message = "The proxy is not rescanned."
  }
}

run "applies" {
  assert {
    condition     = length(output.proxy_ids) == 2
    error_message = "Two proxies were expected."
  }
}
