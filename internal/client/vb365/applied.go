// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"reflect"
	"strings"
)

// AppliedTo reports whether the proxy has every setting that an edit with the spec sends. A setting that the server does not
// report counts as different. Credentials cannot be read, so they are not compared.
func (s ProxySpec) AppliedTo(p Proxy) bool {
	if proxy := s.InternetProxySettings; proxy != nil {
		sent := *proxy
		sent.Password = ""
		if p.InternetProxy == nil || !reflect.DeepEqual(sent, *p.InternetProxy) {
			return false
		}
	}
	return (s.Description == nil || p.Description != nil && strings.TrimSpace(*s.Description) == strings.TrimSpace(*p.Description)) &&
		has(s.Port, p.Port) && has(s.ThreadsNumber, p.ThreadsNumber) &&
		has(s.EnableNetworkThrottling, p.EnableNetworkThrottling) && has(s.ThrottlingValue, p.ThrottlingValue) && has(s.ThrottlingUnit, &p.ThrottlingUnit) &&
		has(s.UseInternetProxy, p.UseInternetProxy) && has(s.InternetProxyType, &p.InternetProxyType) &&
		has(s.ServiceAccountName, &p.ServiceAccount)
}

// has compares a setting that was sent, nil if it was not, with the server's.
func has[T comparable](sent, reported *T) bool {
	return sent == nil || reported != nil && *sent == *reported
}
