// SPDX-License-Identifier: MPL-2.0

// Package appliance is what the product simulators share: an HTTPS server on
// the loopback interface with a certificate authority of its own, a log of the
// exchanges, faults that can be injected between the wire and the product, and
// a store of bearer tokens.
package appliance
