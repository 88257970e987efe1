// SPDX-License-Identifier: MPL-2.0

// Package vb365 simulates the REST API of Veeam Backup for Microsoft 365,
// products 3.0 to 8, API versions v3 to v8: tokens, the service instance,
// backup proxies with their actions, and backup repositories as far as they are
// read and synchronized.
//
// It is strict where the vendor documents a request: another verb, body, field,
// type or content type is refused. Where the vendor is silent it does what
// Behaviour says. All versions of a product work on one store of proxies.
package vb365
