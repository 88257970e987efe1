// SPDX-License-Identifier: MPL-2.0

// Package product binds the skeletons of objects to one of the two products.
package product

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/diagnose"
)

// Product is one of the two products. D is its provider data, which Configure of an object receives.
type Product[D any] struct {
	diagnose.Product // its block is also the prefix of the names of its objects

	// From returns the product's part of the data that the provider passes to its objects: nil if the product is not configured.
	// ok is false if there is no data, because only the schema of an object is wanted.
	From func(providerData any) (data *D, ok bool)
	// Ready reports whether there is a client. There is none while a part of the provider configuration is unknown, which happens
	// at plan only.
	Ready func(data *D) bool
	// Lacks reports whether the API version in use lacks a feature, and which versions have it. That the version cannot be determined
	// is not for it to report: the first request does.
	Lacks func(ctx context.Context, data *D, feature string) (version, having string, lacks bool)
}

// Configure returns what an object needs of the provider data. It is nil if there is no data, or if the product is not configured,
// which is reported.
func (p Product[D]) Configure(providerData any, diags *diag.Diagnostics) *D {
	data, ok := p.From(providerData)
	if ok && data == nil {
		diags.AddError("Unable to Configure "+p.Name, p.NotConfigured())
	}
	return data
}

// Available reports whether there is provider data with a client.
func (p Product[D]) Available(data *D) bool { return data != nil && p.Ready(data) }

// TypeName is the name of an object: veeam_vb365_proxy.
func (p Product[D]) TypeName(provider, object string) string {
	return provider + "_" + p.Block + "_" + object
}

// ImportCommand is how an object is imported, as text for a message that ends with it.
func (p Product[D]) ImportCommand(object, id string) string {
	address := p.TypeName("veeam", object) + ".NAME"
	return fmt.Sprintf("  terraform import %s %s\n\nor with a block\n\n  import {\n    to = %s\n    id = %q\n  }", address, id, address, id)
}
