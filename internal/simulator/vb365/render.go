// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"fmt"
	"strconv"
)

// Page sizes (H50:global_changes, S8 PageOfRESTProxy).
const (
	defaultLimit = 30
	maxLimit     = 10000
)

// window reads limit and offset.
func (s *Simulator) window(c *call) (limit, offset int, reply answer, ok bool) {
	limit = defaultLimit
	for name, target := range map[string]*int{"limit": &limit, "offset": &offset} {
		if !c.URL.Query().Has(name) {
			continue
		}
		n, err := strconv.Atoi(c.URL.Query().Get(name))
		if err != nil || n < 0 || n > 1<<31-1 || (name == "limit" && n == 0) {
			return 0, 0, s.fail(c, invalidBody, "The value of "+name+" is not valid."), false
		}
		*target = n
	}
	if limit > maxLimit && !s.config.Behaviour.ClampLimit {
		return 0, 0, s.fail(c, invalidBody, "The limit must not be greater than 10000."), false
	}
	return min(limit, maxLimit), offset, answer{}, true
}

func (s *Simulator) pageLinks(c *call, limit, offset int) map[string]any {
	link := func(version string, at int) any {
		return map[string]any{"href": fmt.Sprintf("/%s/Proxies?offset=%d&limit=%d", version, at, limit)}
	}
	links := map[string]any{"self": link(c.dialect.name, offset), "first": link(c.dialect.name, 0)}
	if offset > 0 {
		links["prev"] = link(c.dialect.name, max(0, offset-limit))
	}
	if offset+limit < len(s.proxies) {
		links["next"] = link(c.dialect.name, offset+limit)
		if s.config.Behaviour.NextLinksOfV7 {
			links["next"] = link("v7", offset+limit)
		}
	}
	return links
}

// extended reads the query parameter extendedView; the versions without it do
// not look at it.
func (c *call) extended() (extended, ok bool) {
	if c.dialect.view == viewFull {
		return true, true
	}
	if !c.URL.Query().Has("extendedView") {
		return c.dialect.view == viewDefaultOn, true
	}
	extended, err := strconv.ParseBool(c.URL.Query().Get("extendedView"))
	return extended, err == nil
}

func (s *Simulator) shownStatus(e *entry) string {
	if e.MaintenanceModeState == MaintenanceEnabled && s.config.Behaviour.OfflineInMaintenance {
		return Offline
	}
	return e.Status
}

// render is RESTProxy of the version. Details come from the proxy itself, so
// an offline one has none in the versions with an extended view.
func (s *Simulator) render(c *call, e *entry, extended bool) map[string]any {
	d, status := c.dialect, s.shownStatus(e)
	detailed := d.view == viewFull || (extended && status == Online)
	body := map[string]any{"status": status, "_links": c.links(e)}
	for _, f := range answerFields {
		if f.first <= d.number && d.number <= f.last && (detailed || !f.detail) {
			body[f.name] = f.value(e)
		}
	}
	hidden := d.settingsOpen && s.config.Behaviour.OmitInternetProxySettings
	if e.UseInternetProxy && e.InternetProxyType == Custom && !hidden {
		body["internetProxySettings"] = map[string]any{
			"hostName": e.InternetProxy.HostName, "port": e.InternetProxy.Port,
			"useAuthentication": e.InternetProxy.UseAuthentication, "username": e.InternetProxy.Username,
		}
	}
	if s.config.Behaviour.QuotedNumbers {
		quote(body)
	}
	return body
}

func quote(body map[string]any) {
	for name, value := range body {
		switch value := value.(type) {
		case int, int64, float64, bool:
			body[name] = fmt.Sprint(value)
		case map[string]any:
			quote(value)
		}
	}
}

func (c *call) links(e *entry) map[string]any {
	base := "/" + c.dialect.name
	if c.dialect.links == "absolute" {
		base = "https://" + c.Host + base
	}
	return map[string]any{
		"self":         map[string]any{"href": base + "/Proxies/" + e.ID},
		"repositories": map[string]any{"href": base + fmt.Sprintf(c.dialect.ownRepository, e.ID)},
	}
}
