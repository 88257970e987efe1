// SPDX-License-Identifier: MPL-2.0

package contract

import (
	"fmt"
	"path/filepath"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// readDocument reads one of the vendor's documents, for any host.
func readDocument(folder, file string) (routers.Router, error) {
	document, err := openapi3.NewLoader().LoadFromFile(filepath.Join(folder, file))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	document.Servers = nil
	closeSchemas(document.Components.Schemas)
	return gorillamux.NewRouter(document)
}

// closeSchemas forbids properties that a schema does not name: the documents leave that open, so a misspelt one would
// pass. Schemas that others are composed of stay open.
func closeSchemas(schemas openapi3.Schemas) {
	composed := map[*openapi3.Schema]bool{}
	for _, schema := range schemas {
		if len(schema.Value.AllOf) > 0 {
			composed[schema.Value] = true
			for _, part := range schema.Value.AllOf {
				composed[part.Value] = true
			}
		}
	}
	for _, schema := range schemas {
		s := schema.Value
		if len(s.Properties) > 0 && !composed[s] && s.AdditionalProperties.Has == nil && s.AdditionalProperties.Schema == nil {
			s.AdditionalProperties.Has = new(bool)
		}
	}
}
