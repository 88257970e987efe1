// SPDX-License-Identifier: MPL-2.0

// Package acceptance drives the provider as a user does: the real CLI, Terraform or OpenTofu, runs the provider's
// program against simulated appliances over HTTPS. The tests assert on what the user sees, on the state, and on the
// requests that were made and not made.
//
// VEEAM_TEST_CLI names the CLI to run; without it the tests are skipped. See CONTRIBUTING.md.
package acceptance
