// SPDX-License-Identifier: MPL-2.0

// Package faults runs every operation that the provider sends against every fault of a hostile network: TestFaultMatrix.
// It drives the provider in process through the plugin protocol, over HTTPS against the simulated appliances, and keeps
// state the way a CLI does.
//
// operations_*_test.go say which operations there are and how an object comes to send them, faults_test.go which faults,
// rules_test.go what is promised for each pair, with the exceptions and their reasons. VEEAM_FAULTS, a regular expression
// for "operation/fault", selects cells.
package faults
