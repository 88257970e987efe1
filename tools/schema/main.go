// SPDX-License-Identifier: MPL-2.0

// Command schema prints the provider's schema as "terraform providers schema -json" does, for the generator of the
// documentation. It asks the provider in process, so that the pages come out the same whichever CLI is installed: older ones
// and OpenTofu leave out what they do not know (actions, list resources, identities).
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/veeam-community/terraform-provider-veeam/internal/provider"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	server := providerserver.NewProtocol6(provider.New("docs")())()
	schema, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return err
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return err
	}
	for _, d := range append(schema.Diagnostics, identities.Diagnostics...) {
		return fmt.Errorf("%s: %s", d.Summary, d.Detail)
	}
	doc, err := document(schema, identities)
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	return out.Encode(doc)
}
