// SPDX-License-Identifier: MPL-2.0

package proxy

import (
	"context"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

// NewDataSource makes the data source veeam_vb365_proxy.
var NewDataSource = lookup.New(conn.Product, lookup.Spec[dataModel, api.Proxy, conn.ProviderData]{
	Name: "proxy", Title: "Backup Proxy", Noun: "Proxy",
	Doc: "Reads one backup proxy of Veeam Backup for Microsoft 365, by its ID or host name. Fails if no proxy matches, or more than one.",
	ID:  "ID of the proxy. If omitted, `host_name` is required.",
	Key: lookup.Argument{
		Name: "host_name", Validator: validate.HostName(),
		Doc: "DNS name or IP address of the proxy's machine, as it was registered; case-insensitive. Must match one proxy. If omitted, `id` is required.",
	},
	Attributes: dataAttributes(),
	Get: func(ctx context.Context, data *conn.ProviderData, id string) (api.Proxy, error) {
		return data.ProxyWithID(ctx, id)
	},
	Find: func(ctx context.Context, data *conn.ProviderData, host string) (api.Proxy, error) {
		return data.ProxyOnHost(ctx, host)
	},
	Flatten: flatten,
})
