// SPDX-License-Identifier: MPL-2.0

package rest

import "fmt"

const redacted = "***"

// Secret is a credential: a password, a token, a private key. Whatever prints it, prints "***"; only Reveal gives
// the value, so each place where a secret leaves the process can be found by name.
type Secret string

// Reveal returns the value itself.
func (s Secret) Reveal() string { return string(s) }

// Format implements fmt.Formatter for every verb, so that no %v, %s, %q, %#v or %x shows the value.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// MarshalText keeps the value out of JSON and of text logs. Request bodies call Reveal instead.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
