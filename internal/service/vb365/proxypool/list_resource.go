// SPDX-License-Identifier: MPL-2.0

package proxypool

import (
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/listresource"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

// NewListResource makes the list resource veeam_vb365_proxy_pool.
var NewListResource = listresource.New(conn.Product, spec)
