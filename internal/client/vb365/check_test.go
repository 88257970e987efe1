// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

const otherID = "0f0e0d0c-1111-4222-8333-777777777777"

// Bodies with an ID that cannot be used: another object's, none, and what is no UUID.
var badIDs = []string{
	`"` + otherID + `"`, `""`, `null`, `"../` + id + `"`, `"0f0e0d0c"`, `"\u001b[31m` + id[5:] + `"`, `"` + id + `\r\n"`, `"` + id + `; reboot"`,
}

// A response about another object, or with an ID that is no UUID, is an error that names the request, and nothing of it is used.
func TestResponsesAreCheckedAgainstTheirRequests(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		for name, read := range map[string]func(ctx context.Context, c *Client) (string, error){
			"proxy": func(ctx context.Context, c *Client) (string, error) { p, err := c.Proxy(ctx, id); return p.ID, err },
			"shared": func(ctx context.Context, c *Client) (string, error) {
				p, err := c.SharedProxy(ctx, id)
				return p.ID, err
			},
			"repository": func(ctx context.Context, c *Client) (string, error) {
				r, err := c.Repository(ctx, id)
				return r.ID, err
			},
			"session": func(ctx context.Context, c *Client) (string, error) {
				s, err := c.SyncSession(ctx, id)
				return s.ID, err
			},
		} {
			if name == "session" && v == V3 {
				continue
			}
			bad := []string{}
			for _, text := range badIDs {
				bad = append(bad, fmt.Sprintf(`{"id":%s,"hostName":"px1","name":"n"}`, text))
			}
			if name == "proxy" || name == "shared" {
				bad = append(bad, `{"id":"`+id+`"}`, `{"id":"`+id+`","hostName":null}`, `{"id":"`+id+`","hostName":" "}`, `{"id":"`+id+`","hostName":"px1","proxyPoolId":"x/../y"}`)
			}
			for _, body := range bad {
				got, err := read(t.Context(), client(t, scripted(t, answer{200, body}), v))
				if got != "" || err == nil || errors.Is(err, rest.ErrNotFound) || !strings.Contains(err.Error(), "GET /"+string(v)+"/") || !strings.Contains(err.Error(), id) {
					t.Errorf("%s %s: %q, %v", name, body, got, err)
				}
				if err != nil && strings.ContainsAny(err.Error(), "\x1b\r\n") {
					t.Errorf("%s %s: the error is not clean: %q", name, body, err)
				}
			}
			good := answer{200, `{"id":"` + strings.ToUpper(id) + `","hostName":"px1","name":"n"}`}
			if got, err := read(t.Context(), client(t, scripted(t, good), v)); !strings.EqualFold(got, id) || err != nil {
				t.Errorf("%s in upper case: %q, %v", name, got, err)
			}
		}
	})
}

func TestListsAreChecked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		good := `{"id":"` + id + `","hostName":"px1","name":"n"}`
		for _, text := range badIDs[1:] {
			bad := fmt.Sprintf(`{"id":%s,"hostName":"px2","name":"m"}`, text)
			if got, err := client(t, scripted(t, listOf(v, good, bad)), v).Proxies(t.Context()); err == nil || !strings.Contains(err.Error(), "element 2") {
				t.Errorf("proxies with %s: %+v, %v", text, got, err)
			}
			if got, err := client(t, scripted(t, listOf(v, good, bad)), v).Repositories(t.Context()); err == nil || !strings.Contains(err.Error(), "element 2") {
				t.Errorf("repositories with %s: %+v, %v", text, got, err)
			}
		}
		if got, err := client(t, scripted(t, listOf(v, `{"id":"`+id+`"}`)), v).Proxies(t.Context()); err == nil {
			t.Errorf("without hostName: %+v", got)
		}
		for _, reference := range []string{"proxyId", "proxyPoolId", "organizationId", "objectStorageId"} {
			body := fmt.Sprintf(`{"id":%q,"name":"n",%q:"no UUID"}`, id, reference)
			if got, err := client(t, scripted(t, listOf(v, body)), v).Repositories(t.Context()); err == nil || !strings.Contains(err.Error(), reference) {
				t.Errorf("%s: %+v, %v", reference, got, err)
			}
		}
	})
}

// The response to a creation must be about the host that was sent. Which proxy another one describes is unknown, and whether
// the creation was processed, too.
func TestCreationsAreChecked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		add := func(body string) (Proxy, error) {
			return client(t, scripted(t, answer{201, body}), v).AddProxy(t.Context(), ProxySpec{HostName: new("px1.example.com")})
		}
		for _, body := range []string{
			`{"id":"` + otherID + `","hostName":"px2.example.com"}`, `{"id":"../x","hostName":"px1.example.com"}`, `{"hostName":"px1.example.com"}`,
			`{"id":"` + otherID + `","hostName":"px1.other.com"}`,
		} {
			if got, err := add(body); got.ID != "" || !rest.OutcomeUnknown(err) || !strings.Contains(err.Error(), "POST /"+string(v)+"/Proxies") {
				t.Errorf("%s: %+v, %v", body, got, err)
			}
		}
		for _, body := range []string{``, `{}`, `{"id":"` + id + `"}`} {
			if got, err := add(body); got.ID != "" || err != nil {
				t.Errorf("%q: %+v, %v", body, got, err)
			}
		}
		for _, body := range []string{`"hostName":"PX1.example.com."`, `"hostName":"PX1"`, `"hostName":"10.0.0.1","fqdn":"px1.example.com"`} {
			if got, err := add(`{"id":"` + id + `",` + body + `}`); got.ID != id || err != nil {
				t.Errorf("%s: %+v, %v", body, got, err)
			}
		}
	})
}

func TestStartedSessionsAreChecked(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"id":"x"}`, `{"id":"` + otherID + `","repositoryId":"` + otherID + `"}`, `{"repositoryId":"r"}`} {
		if s, err := client(t, scripted(t, answer{200, body}), V8).SyncRepository(t.Context(), id); s.ID != "" || !rest.OutcomeUnknown(err) {
			t.Errorf("%s: %+v, %v", body, s, err)
		}
	}
}
