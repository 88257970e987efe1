// SPDX-License-Identifier: MPL-2.0

package proxypool

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/crud"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/values"
)

type model struct {
	crud.Base
	settings
}

// settings are what the resource and the data sources show.
type settings struct {
	Name        types.String `tfsdk:"name"`
	Description types.String `tfsdk:"description"`
	ProxyIDs    types.Set    `tfsdk:"proxy_ids"`
}

func (s *settings) toAPI() api.ProxyPool {
	return api.ProxyPool{Name: s.Name.ValueString(), Description: s.Description.ValueStringPointer(), ProxyIDs: values.IDs(s.ProxyIDs)}
}

func (s *settings) fromAPI(p api.ProxyPool) {
	s.Name = types.StringValue(p.Name)
	if p.Description != nil {
		s.Description = types.StringPointerValue(p.Description)
	}
	if p.ProxyIDs != nil {
		s.ProxyIDs = values.IDSet(p.ProxyIDs, s.ProxyIDs)
	}
}
