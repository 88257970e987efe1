// SPDX-License-Identifier: MPL-2.0

package proxy

import (
	"errors"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
)

// cause is what a refusal of the server is about, as far as its words tell.
type cause int

const (
	causeUnknown     cause = iota
	causeCredentials       // the account for the machine
	causeConnection        // the machine cannot be reached
	causeInUse             // the proxy is in use, offline, or the default one: only a forced removal goes through
	causeAttached          // another server manages the machine
)

// causes tell the cause by words of the server's message. No version documents its messages, so the first row with a match counts,
// and credentials come first: a wrong password must never lead to a forced removal.
var causes = []struct {
	cause cause
	words []string
}{
	{causeCredentials, []string{
		"password", "credential", "logon fail", "login fail", "log on", "access is denied", "access denied", "authenticat", "unauthorized", "permission", "privilege",
		"account is locked", "account has been", "account is disabled",
	}},
	{causeAttached, []string{"another server", "other server", "already managed", "already attached", "used by another", "already in use by", "belongs to"}},
	{causeInUse, []string{"in use", "default proxy", "offline", "is used by", "unavailable", "repositor", "job"}},
	{causeConnection, []string{
		"connect", "unreachable", "timed out", "timeout", "network path", "rpc server", "not resolve", "no such host", "not found on the network", "not accessible",
	}},
}

// causeOf classifies the refusal in err.
func causeOf(err error) cause {
	var refused *rest.APIError
	if !errors.As(err, &refused) {
		return causeUnknown
	}
	if errors.Is(err, api.ErrOffline) {
		return causeInUse
	}
	said := strings.ToLower(refused.Message)
	for _, row := range causes {
		for _, words := range row.words {
			if strings.Contains(said, words) {
				return row.cause
			}
		}
	}
	return causeUnknown
}

// forceAdvice names the ways to a forced removal. To set the argument of the resource needs an apply, and a plain one would create the
// proxies again that the same destroy has removed.
const forceAdvice = "Run\n\n  VEEAM_VB365_FORCE_REMOVAL=true terraform destroy\n\nwhich needs no change of the configuration. For this proxy alone, set " +
	"removal = { force = true }, apply it with terraform apply -target=ADDRESS, and destroy again: an apply without -target would create the removed proxies again."

// removalHint is what helps against a refused removal, which a server with a forced removal may be told to force.
func removalHint(why cause) string {
	switch why {
	case causeCredentials:
		return ""
	case causeConnection, causeInUse:
		return "Only a forced removal succeeds while the machine is unreachable, the proxy is in use, or it is the server's default proxy. " + forceAdvice
	}
	return "If the machine is unreachable, the proxy is in use, or it is the server's default proxy, only a forced removal succeeds. " + forceAdvice
}

// creationHint is what helps against a refused creation.
func creationHint(why cause) string {
	switch why {
	case causeCredentials:
		return ""
	case causeConnection:
		return "Check host_name and port, and whether a firewall lets the server connect to the machine."
	}
	return "If another Veeam Backup for Microsoft 365 server manages the proxy on this machine, set attach_used_proxy = true to take it over."
}
