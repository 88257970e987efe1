// SPDX-License-Identifier: MPL-2.0

// Package statemachine holds tests only: random steps of users, random faults of appliances and of what lies between, and
// what must hold after each of them whatever came before. A driver works the provider through its plugin protocol as
// Terraform's core does. The appliances are the simulators, on a network in memory and in time that costs nothing, so
// that a rescan of an hour and a search of twenty seconds are over at once.
//
// A run can be made longer, and one that failed repeated by its seed. A failure also leaves its data in testdata/rapid,
// which later runs try first; what it teaches becomes a test in regressions_test.go.
//
//	go test ./internal/statemachine -rapid.checks=1000 -rapid.steps=60
//	go test ./internal/statemachine -run TestProxies -rapid.seed=…
package statemachine
