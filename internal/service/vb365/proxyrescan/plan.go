// SPDX-License-Identifier: MPL-2.0

package proxyrescan

import (
	"context"
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

// checkRescanned finds out at plan whether proxies that are to be rescanned exist, and whether the server accepts the account: to
// log in with a refused one again at apply could lock it. Other errors are left to apply: the same apply may make the server
// reachable.
func checkRescanned(ctx context.Context, data *conn.ProviderData, attribute path.Path, ids []string, report sessionrun.Report) {
	ids = slices.DeleteFunc(slices.Clone(ids), data.HasSeen)
	if len(ids) == 0 {
		return
	}
	if refused, ok := errors.AsType[*rest.AuthError](data.Client.Login(ctx)); ok {
		report(attribute, "Unable to Rescan Backup Proxies", conn.Product.Detail("Rescan", refused))
		return
	}
	_, errs := data.ReadProxies(ctx, ids...)
	var missing []string
	var failures []error
	for at, id := range ids {
		if !errors.Is(errs[at], rest.ErrNotFound) {
			continue
		}
		if _, err := data.Nearest(ctx, id, errs[at]); err != nil {
			missing, failures = append(missing, id), append(failures, err)
		}
	}
	if len(missing) > 0 {
		report(attribute, "Unable to Rescan Backup Proxies", conn.Product.Detail(proxyList(data, missing), errors.Join(failures[:min(len(failures), listedMembers)]...),
			"Take IDs from veeam_vb365_proxy or the data source veeam_vb365_proxies."))
	}
}
