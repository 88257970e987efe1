// SPDX-License-Identifier: MPL-2.0

package proxy

import (
	"context"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
)

// The values of maintenanceModeState (S8 RESTProxy).
const (
	maintenanceDisabled = "Disabled"
	maintenanceEnabling = "Enabling"
	maintenanceEnabled  = "Enabled"
)

func maintenanceState(on bool) string {
	if on {
		return maintenanceEnabled
	}
	return maintenanceDisabled
}

// setMaintenance switches the mode and waits until the server reports it; each state that it sees is shown to observe.
func setMaintenance(ctx context.Context, client *api.Client, id string, on bool, machine machineAccess, observe func(api.Proxy)) error {
	err := client.SetMaintenance(ctx, id, on, machine.MachineCredentials)
	if rest.OutcomeUnknown(err) {
		err = confirmChange(ctx, client, id, err, func(p api.Proxy) bool {
			return p.MaintenanceModeState != "" && p.MaintenanceModeState != maintenanceState(!on)
		})
	}
	if err != nil {
		return err
	}
	return client.AwaitProxy(ctx, id, func(current api.Proxy, err error) (bool, error) {
		if err == nil {
			observe(current)
		}
		// A server that does not report the state leaves nothing to wait for.
		return err == nil && (current.MaintenanceModeState == "" || strings.EqualFold(current.MaintenanceModeState, maintenanceState(on))), err
	})
}
