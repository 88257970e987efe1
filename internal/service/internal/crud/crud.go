// SPDX-License-Identifier: MPL-2.0

// Package crud is the skeleton of resources that are created, read, updated and deleted by an ID. It holds what all of them
// have in common; an object adds its attributes, its conversions and its requests.
package crud

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/product"
)

// Base is embedded in every model.
type Base struct {
	ID       types.String   `tfsdk:"id"`
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

func (b *Base) base() *Base { return b }

// Model is a pointer to a struct that embeds Base.
type Model[M any] interface {
	*M
	base() *Base
}

// Spec is what is specific to one resource. M is its model, A the object as the client returns it, and D the provider data of the
// product. Errors that are rest.ErrNotFound mean that the object is gone.
type Spec[M, A, D any] struct {
	Name    string // "proxy_pool"
	Noun    string // "proxy pool"
	Nouns   string // "proxy pools"
	Doc     string
	Feature string        // that a server must have; empty: every one has it
	Timeout time.Duration // of create, update and delete, if the configuration has none

	Attributes map[string]schema.Attribute // besides id and timeouts; see Secret for those that are write-only
	Features   map[string]string           // by attribute: what a server must have; those that are missing exist everywhere
	Secrets    []string                    // write-only attributes
	Local      []string                    // attributes that the server does not know of

	// Create sends the creation once, and returns what the server has created. A lost response is not its concern.
	Create func(ctx context.Context, data *D, c Change[M]) (A, error)
	// Read returns the object with all that Flatten needs. prior is what is known of it.
	Read func(ctx context.Context, data *D, id string, prior *M) (A, error)
	// Update sends what differs between c.Prior and c.Plan.
	Update func(ctx context.Context, data *D, id string, c Change[M]) error
	Delete func(ctx context.Context, data *D, id string) error
	// List returns all objects, which may lack what only Read returns.
	List  func(ctx context.Context, data *D) ([]A, error)
	Entry func(A) lookup.Entry
	// Label is the name of the object in messages.
	Label func(m *M) string
	// Flatten writes into the model what the server has returned, and leaves the rest as it is.
	Flatten func(A, *M)

	// Check reports at plan what would fail at apply. It may be nil.
	Check func(ctx context.Context, data *D, c Change[M], diags *diag.Diagnostics)
	// Advice returns what to do about an error of the server; empty: nothing special. It may be nil.
	Advice func(err error) string
}

// Change is a creation or an update.
type Change[M any] struct {
	Plan, Config *M
	Prior        *M // nil: a creation
}

// New returns the constructor of the resource that the provider registers.
func New[M, A, D any, P Model[M]](p product.Product[D], spec Spec[M, A, D]) func() resource.Resource {
	return func() resource.Resource { return &crud[M, A, D, P]{product: p, spec: spec} }
}

type crud[M, A, D any, P Model[M]] struct {
	product product.Product[D]
	spec    Spec[M, A, D]
	data    *D
}
