// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"fmt"
	"net/http"
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

// answerList is a collection in the form of the version: an array, or the page
// that limit and offset ask for.
func answerList[E any](s *Simulator, c *call, all []E, render func(E) any) answer {
	shown, limit, offset := all, 0, 0
	if c.dialect.page {
		var reply answer
		var ok bool
		if limit, offset, reply, ok = s.window(c); !ok {
			return reply
		}
		shown = all[min(offset, len(all)):min(offset+limit, len(all))]
	}
	results := make([]any, len(shown))
	for i, e := range shown {
		results[i] = render(e)
	}
	if !c.dialect.page {
		return answer{status: http.StatusOK, body: results}
	}
	return answer{status: http.StatusOK, body: map[string]any{
		"offset": offset, "limit": limit, "results": results, "_links": s.pageLinks(c, limit, offset, len(all)),
	}}
}

func (s *Simulator) pageLinks(c *call, limit, offset, total int) map[string]any {
	filters := c.URL.Query()
	filters.Del("limit")
	filters.Del("offset")
	more := filters.Encode()
	if more != "" {
		more = "&" + more
	}
	link := func(version string, at int) any {
		return map[string]any{"href": fmt.Sprintf("/%s/%s?offset=%d&limit=%d%s", version, c.route.path, at, limit, more)}
	}
	links := map[string]any{"self": link(c.dialect.name, offset), "first": link(c.dialect.name, 0)}
	if offset > 0 {
		links["prev"] = link(c.dialect.name, max(0, offset-limit))
	}
	if offset+limit < total {
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
	return s.shape(body, sparseProxy)
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
	return map[string]any{
		"self":         c.link("/Proxies/" + e.ID),
		"repositories": c.link(fmt.Sprintf(c.dialect.ownRepository, e.ID)),
	}
}

// link points to a path below the version.
func (c *call) link(path string) map[string]any {
	base := "/" + c.dialect.name
	if c.dialect.links == "absolute" {
		base = "https://" + c.Host + base
	}
	return map[string]any{"href": base + path}
}
