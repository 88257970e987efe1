# Values for the computed attributes of mocks. Without them, Terraform makes up random text, which the provider rejects
# where an ID is expected. A module that creates several proxies gets the same ID for all of them.

mock_resource "veeam_vb365_proxy" {
  defaults = {
    id     = "36500000-0000-4000-8000-000000000001"
    status = "Online"
    type   = "Workgroup"
  }
}

mock_resource "veeam_vb365_proxy_pool" {
  defaults = {
    id          = "36520000-0000-4000-8000-000000000001"
    description = ""
  }
}

mock_resource "veeam_vb365_proxy_rescan" {
  defaults = {
    rescanned_at = "2025-10-01T00:00:00Z"
    status       = "Online"
  }
}

mock_resource "veeam_vb365_proxies_rescan" {
  defaults = {
    outcomes = {}
  }
}

mock_resource "veeam_vb365_repository_sync" {
  defaults = {
    session_id     = "36530000-0000-4000-8000-000000000001"
    session_status = "Succeeded"
    started_at     = "2025-10-01T00:00:00Z"
    out_of_sync    = false
  }
}

mock_resource "veeam_vbaws_repository_rescan" {
  defaults = {
    session_id     = "a3530000-0000-4000-8000-000000000001"
    session_result = "Success"
    session_status = "Succeeded"
    started_at     = "2025-10-01T00:00:00Z"
    stopped_at     = "2025-10-01T00:05:00Z"
  }
}

mock_resource "veeam_vbaws_iam_role_rescan" {
  defaults = {
    session_id     = "a3530000-0000-4000-8000-000000000001"
    session_result = "Success"
    session_status = "Succeeded"
    started_at     = "2025-10-01T00:00:00Z"
    stopped_at     = "2025-10-01T00:05:00Z"
  }
}

mock_resource "veeam_vbaws_bucket_rescan" {
  defaults = {
    session_id     = "a3530000-0000-4000-8000-000000000001"
    session_result = "Success"
    session_status = "Succeeded"
    started_at     = "2025-10-01T00:00:00Z"
    stopped_at     = "2025-10-01T00:05:00Z"
  }
}

mock_resource "veeam_vbaws_virtual_machines_rescan" {
  defaults = {
    session_id     = "a3530000-0000-4000-8000-000000000001"
    session_result = "Success"
    session_status = "Succeeded"
    started_at     = "2025-10-01T00:00:00Z"
    stopped_at     = "2025-10-01T00:05:00Z"
  }
}

mock_resource "veeam_vbaws_repositories_rescan" {
  defaults = {
    sessions = {}
  }
}

mock_data "veeam_vb365_proxy" {
  defaults = {
    id     = "36500000-0000-4000-8000-000000000001"
    status = "Online"
  }
}

mock_data "veeam_vb365_proxies" {
  defaults = {
    proxies = []
  }
}

mock_data "veeam_vb365_proxy_pool" {
  defaults = {
    id        = "36500000-0000-4000-8000-000000000301"
    proxy_ids = []
  }
}

mock_data "veeam_vb365_proxy_pools" {
  defaults = {
    proxy_pools = []
  }
}

mock_data "veeam_vb365_repositories" {
  defaults = {
    repositories = []
  }
}

mock_data "veeam_vb365_service" {
  defaults = {
    api_version         = "v8"
    served_api_versions = ["v8", "v7", "v6", "v5"]
  }
}

mock_data "veeam_vbaws_repository" {
  defaults = {
    id = "a3500000-0000-4000-8000-000000000001"
  }
}

mock_data "veeam_vbaws_repositories" {
  defaults = {
    repositories = []
  }
}

mock_data "veeam_vbaws_iam_role" {
  defaults = {
    id = "a3510000-0000-4000-8000-000000000001"
  }
}

mock_data "veeam_vbaws_iam_roles" {
  defaults = {
    iam_roles = []
  }
}

mock_data "veeam_vbaws_regions" {
  defaults = {
    regions = []
  }
}

mock_data "veeam_vbaws_session" {
  defaults = {
    status = "Succeeded"
    log    = []
  }
}

mock_data "veeam_vbaws_appliance" {
  defaults = {
    newest_revision             = "1.3-rev0"
    accepted_revisions          = ["1.3-rev0"]
    repository_rescan_supported = true
    rescan_revision             = "1.3-rev0"
  }
}
