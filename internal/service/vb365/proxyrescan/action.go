// SPDX-License-Identifier: MPL-2.0

package proxyrescan

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/progress"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

// NewAction makes the action veeam_vb365_proxy_rescan.
var NewAction = sessionrun.NewAction(conn.Product, sessionrun.ActionSpec[conn.ProviderData]{
	Name: "proxy_rescan", Noun: "rescan", Timeout: defaultRescanTimeout,
	Doc: "Rescans a backup proxy of Veeam Backup for Microsoft 365, for use in the life cycle of another resource or with `terraform apply -invoke`.\n\n" +
		"Terraform does not repeat a failed action. Use the resource of the same name if a rescan must succeed.",
	Subject: "proxy_id", SubjectDoc: "ID of the proxy.",
	WaitDoc: "Whether to wait until the server reports the proxy `Online`. Defaults to `true`.",
	Check:   checkRescanned,
	Invoke:  invoke,
})

func invoke(ctx context.Context, data *conn.ProviderData, id string, waits bool, resp *action.InvokeResponse) {
	lines := progress.Start(resp.SendProgress, "Rescanning proxy "+id)
	defer lines.Stop()
	if !start(ctx, data, id, &resp.Diagnostics) {
		return
	}
	lines.Say("The server accepted the rescan of proxy " + id)
	if !waits {
		return
	}
	last := ""
	err := waitOnline(ctx, data, id, func(proxy api.Proxy) {
		last = proxy.Status
		lines.Say(fmt.Sprintf("Proxy %q is %s", proxy.HostName, proxy.Status))
	})
	if err != nil {
		reportNotOnline(data, id, last, err, "Invoke the action again after fixing the cause.", &resp.Diagnostics)
	}
}
