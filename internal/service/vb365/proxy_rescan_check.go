// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/rescan"
)

// readProxies reads proxies, together with those that are read at the same time. Results and errors are by index.
func (a *Appliance) readProxies(ctx context.Context, ids ...string) ([]api.Proxy, []error) {
	proxies, errs := a.Client.SharedProxyEach(ctx, ids)
	for at, proxy := range proxies {
		if errs[at] == nil {
			a.noteProxy(proxy.ID, proxy.HostName)
		}
	}
	return proxies, errs
}

// noteProxy notes that this run has seen the proxy, so that nothing needs to ask whether it exists, and how messages name it.
func (a *Appliance) noteProxy(id, host string) { a.hostNames.Store(strings.ToLower(id), host) }

func (a *Appliance) hasSeen(id string) bool {
	_, seen := a.hostNames.Load(strings.ToLower(id))
	return seen
}

// proxyName is how messages name a proxy: with its host name, if this run has read it.
func (a *Appliance) proxyName(id string) string {
	known, _ := a.hostNames.Load(strings.ToLower(id))
	if name, _ := known.(string); name != "" {
		return lookup.Entry{Name: name, ID: id}.String()
	}
	return id
}

func (a *Appliance) noteRescanned(ids ...string) {
	for _, id := range ids {
		a.rescanned.Store(strings.ToLower(id), true)
	}
}

// atPlan is rescan.AtPlan, which takes a tainted object for one to be created. Its refresh or its deletion has noted that it
// exists: an error would prevent a destroy, or lose what the deletion hands over.
func (a *Appliance) atPlan(req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, ids ...string) func(at path.Path, summary, detail string) {
	exists := func(id string) bool {
		_, noted := a.rescanned.Load(strings.ToLower(id))
		return noted
	}
	if a != nil && slices.ContainsFunc(ids, exists) {
		return resp.Diagnostics.AddAttributeWarning
	}
	return rescan.AtPlan(req, resp)
}

// checkRescanned finds out at plan whether proxies that are to be rescanned exist, and whether the server accepts the account: to
// log in with a refused one again at apply could lock it. Other errors are left to apply: the same apply may make the server
// reachable.
func (a *Appliance) checkRescanned(ctx context.Context, attribute path.Path, ids []string, report func(at path.Path, summary, detail string)) {
	if a == nil || a.Client == nil {
		return
	}
	ids = slices.DeleteFunc(slices.Clone(ids), a.hasSeen)
	if len(ids) == 0 {
		return
	}
	if refused, ok := errors.AsType[*rest.LoginError](a.Client.Login(ctx)); ok {
		report(attribute, "Unable to Rescan Backup Proxies", product.Detail("Rescan", refused))
		return
	}
	_, errs := a.readProxies(ctx, ids...)
	var missing []string
	var failures []error
	for at, id := range ids {
		if !errors.Is(errs[at], rest.ErrNotFound) {
			continue
		}
		if _, err := a.nearest(ctx, id, errs[at]); err != nil {
			missing, failures = append(missing, id), append(failures, err)
		}
	}
	if len(missing) > 0 {
		report(attribute, "Unable to Rescan Backup Proxies", product.Detail(a.proxyList(missing), errors.Join(failures[:min(len(failures), listedMembers)]...),
			"Take IDs from veeam_vb365_proxy or the data source veeam_vb365_proxies."))
	}
}
