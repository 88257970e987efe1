// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

func TestProxiesAndProxyAskInTheDialect(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		one := `{"id":"` + id + `","hostName":"px1.example.com"}`
		a := scripted(t, listOf(v, one), answer{200, one})
		c := client(t, a, v)
		proxies, err := c.Proxies(t.Context())
		if err != nil || len(proxies) != 1 || proxies[0].ID != id {
			t.Errorf("Proxies: %+v, %v", proxies, err)
		}
		p, err := c.Proxy(t.Context(), id)
		if err != nil || p.HostName != "px1.example.com" {
			t.Errorf("Proxy: %+v, %v", p, err)
		}
		get := "GET /" + string(v) + "/Proxies/" + id
		if v == V5 || v == V6 || v == V7 {
			get += "?extendedView=true"
		}
		a.wantLines(t, listLine(v, true), get)
		checkHeader(t, "list", a.requests()[0].header, false)
	})
}

// The answers are those of the vendor's pages and documents, with what appliances add, leave out, quote and null.
func TestDecoding(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		version Version
		answer  string
		want    Proxy
	}{
		"v2 spelling, quoted figures, as H30 prints them": {
			V3,
			`{"id":"70000000-1111-4222-8333-444455556666","hostName":"px","description":"d","port":"9193","threadsNumber":"32","enableNetworkthrottling":"true","throttlingValue":"5","throttlingUnit":"MBs","status":"Online","isDefault":"true","useInternetProxy":"false"}`,
			Proxy{ID: "70000000-1111-4222-8333-444455556666", HostName: "px", Description: new("d"), Port: new(int64(9193)), ThreadsNumber: new(int64(32)), EnableNetworkThrottling: new(true), ThrottlingValue: new(int64(5)), ThrottlingUnit: "MBs", Status: "Online", Type: "Local", UseInternetProxy: new(false)},
		},
		"v5, not the default one": {V5, `{"id":"70000000-1111-4222-8333-444455556666","hostName":"px","isDefault":false,"threadsNumber":64.0}`, Proxy{ID: "70000000-1111-4222-8333-444455556666", HostName: "px", ThreadsNumber: new(int64(64))}},
		"v7 with all": {
			V7,
			`{"id":"70000000-1111-4222-8333-444455556666","type":"Domain","hostName":"px","fqdn":"px.example.com","port":9193,"threadsNumber":64,"enableNetworkThrottling":false,"throttlingValue":0,"throttlingUnit":"Mbps","status":"Offline","useInternetProxy":true,"internetProxyType":"Custom","internetProxySettings":{"hostName":"web","port":"3128","useAuthentication":"true","username":"u","userPassword":null},"_links":{"self":{"href":"/v7/Proxies/p"}}}`,
			Proxy{
				ID: "70000000-1111-4222-8333-444455556666", Type: "Domain", HostName: "px", FQDN: "px.example.com", Port: new(int64(9193)), ThreadsNumber: new(int64(64)), EnableNetworkThrottling: new(false), ThrottlingValue: new(int64(0)), ThrottlingUnit: "Mbps", Status: "Offline", UseInternetProxy: new(true), InternetProxyType: "Custom",
				InternetProxy: &InternetProxy{HostName: "web", Port: new(int64(3128)), UseAuthentication: new(true), Username: "u"},
			},
		},
		"v7 without the extended view": {V7, `{"id":"70000000-1111-4222-8333-444455556666","hostName":"px","type":"Workgroup","status":"Offline"}`, Proxy{ID: "70000000-1111-4222-8333-444455556666", HostName: "px", Type: "Workgroup", Status: "Offline"}},
		"v8 with all and more": {
			V8,
			`{"id":"70000000-1111-4222-8333-444455556666","type":"Workgroup","hostName":"px","operatingSystem":"Linux","proxyPoolId":"706f6f6c-1111-4222-8333-444455556666","maintenanceModeState":"Enabling","cpuUsagePercent":1.5,"memoryUsagePercent":null,"version":"8.0.2.159","serviceAccount":"LocalSystem","role":["Processor"],"new":{"a":[1]},"_links":{}}`,
			Proxy{ID: "70000000-1111-4222-8333-444455556666", Type: "Workgroup", HostName: "px", OperatingSystem: "Linux", ProxyPoolID: new("706f6f6c-1111-4222-8333-444455556666"), MaintenanceModeState: "Enabling", Version: "8.0.2.159", ServiceAccount: "LocalSystem", CPUUsagePercent: new(1.5), Roles: []string{"Processor"}},
		},
		"v8 of nulls": {
			V8,
			`{"id":"70000000-1111-4222-8333-444455556666","hostName":"px","port":null,"threadsNumber":null,"enableNetworkThrottling":null,"throttlingValue":null,"internetProxySettings":null,"proxyPoolId":null,"version":null}`,
			Proxy{ID: "70000000-1111-4222-8333-444455556666", HostName: "px", ProxyPoolID: new("")},
		},
		"v8 of empty texts": {
			V8,
			`{"id":"70000000-1111-4222-8333-444455556666","hostName":"px","description":"","port":"","enableNetworkThrottling":"","throttlingUnit":"","useInternetProxy":" ","internetProxySettings":{"port":""},"proxyPoolId":""}`,
			Proxy{ID: "70000000-1111-4222-8333-444455556666", HostName: "px", Description: new(""), InternetProxy: &InternetProxy{}, ProxyPoolID: new("")},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := client(t, scripted(t, answer{200, test.answer}), test.version).Proxy(t.Context(), "70000000-1111-4222-8333-444455556666")
			if err != nil || !reflect.DeepEqual(got, test.want) {
				t.Errorf("%v\n%+v\nwant\n%+v", err, got, test.want)
			}
		})
	}
}

// An answer that does not contain a list must not pass for an empty list: everything would look removed.
func TestNoListIsAnError(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		otherShape := `{"results":[]}`
		if v == V8 {
			otherShape = `[]`
		}
		for _, body := range []string{"", "null", `{}`, `{"results":null}`, `"no"`, `[{"id":`, "<html></html>", otherShape} {
			if proxies, err := client(t, scripted(t, answer{200, body}), v).Proxies(t.Context()); err == nil {
				t.Errorf("%q: %+v without an error", body, proxies)
			}
		}
		if proxies, err := client(t, scripted(t, listOf(v)), v).Proxies(t.Context()); err != nil || len(proxies) != 0 {
			t.Errorf("an empty list: %+v, %v", proxies, err)
		}
	})
}

func TestProxyWithoutIDIsAnError(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		for _, body := range []string{"", "null", `{}`} {
			_, err := client(t, scripted(t, answer{200, body}), v).Proxy(t.Context(), id)
			if err == nil || errors.Is(err, rest.ErrNotFound) {
				t.Errorf("%q: %v, want an error that does not say gone", body, err)
			}
		}
	})
}

func TestProxyByHost(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		list := listOf(v, `{"id":"61000000-1111-4222-8333-444455556666","hostName":"px10.example.com"}`, `{"id":"62000000-1111-4222-8333-444455556666","hostName":"PX1.Example.com"}`)
		c := client(t, scripted(t, list, list), v)
		if p, err := c.ProxyByHost(t.Context(), "px1.example.COM"); err != nil || p.ID != "62000000-1111-4222-8333-444455556666" {
			t.Errorf("%+v, %v", p, err)
		}
		_, err := c.ProxyByHost(t.Context(), "px2")
		if !errors.Is(err, rest.ErrNotFound) || !strings.Contains(err.Error(), `"px2"`) {
			t.Errorf("%v, want not found, by name", err)
		}
	})
}

func TestProxyGone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		statuses := []int{400, 404, 500}
		if v == V8 {
			statuses = []int{404}
		}
		for _, status := range statuses {
			a := scripted(t, answer{status, `{"message":"what proxy?"}`}, listOf(v, `{"id":"616e6f74-1111-4222-8333-444455556666","hostName":"px"}`))
			if _, err := client(t, a, v).Proxy(t.Context(), id); !errors.Is(err, rest.ErrNotFound) {
				t.Errorf("%d: %v, want not found", status, err)
			}
			if got := a.requests()[1].line; got != listLine(v, false) {
				t.Errorf("%d: asked %s, want %s", status, got, listLine(v, false))
			}
		}
	})
}

// The code of v8 needs no second opinion.
func TestProxyGoneByCode(t *testing.T) {
	t.Parallel()
	a := scripted(t, answer{404, `{"message":"gone","errorCode":"ResourceNotFound","stackTrace":null}`})
	if _, err := client(t, a, V8).Proxy(t.Context(), id); !errors.Is(err, rest.ErrNotFound) {
		t.Errorf("%v, want not found", err)
	}
}

// A failed read of a proxy that the list still has is a failed read, and never "gone".
func TestProxyListedButUnreadable(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		a := scripted(t, answer{404, `{"message":"a hiccup"}`}, listOf(v, `{"id":"`+strings.ToUpper(id)+`","hostName":"px","status":"Online"}`))
		_, err := client(t, a, v).Proxy(t.Context(), id)
		if err == nil || errors.Is(err, rest.ErrNotFound) || !strings.Contains(err.Error(), "a hiccup") {
			t.Errorf("%v, want the hiccup, not gone", err)
		}
	})
}

func TestProxyFailedListSaysNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		for _, list := range []answer{{404, ""}, {500, `{"message":"down"}`}, {200, "null"}, {404, `{"errorCode":"ResourceNotFound"}`}} {
			_, err := client(t, scripted(t, answer{404, `{"message":"what proxy?"}`}, list), v).Proxy(t.Context(), id)
			if err == nil || errors.Is(err, rest.ErrNotFound) {
				t.Errorf("%v: %v, want an error that does not say gone", list, err)
			}
		}
	})
}

// What an extended read of an offline proxy gives is not documented: an object without figures, or an error.
func TestOfflineProxy(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		offline := answer{500, `{"message":"the proxy is offline","errorCode":"ProxyOffline"}`}
		known := listOf(v, `{"id":"`+id+`","hostName":"px1.example.com","status":"Offline"}`)
		p, err := client(t, scripted(t, offline, known), v).Proxy(t.Context(), id)
		if err != nil || p.Status != StatusOffline || p.HostName != "px1.example.com" || p.ThreadsNumber != nil || p.ThrottlingValue != nil {
			t.Errorf("%+v, %v", p, err)
		}
		if v == V3 || v == V4 || v == V8 {
			return
		}
		a := scripted(t, offline, known)
		if proxies, err := client(t, a, v).Proxies(t.Context()); err != nil || len(proxies) != 1 {
			t.Errorf("%+v, %v", proxies, err)
		}
		a.wantLines(t, listLine(v, true), listLine(v, false))
	})
}

// Trouble that has nothing to do with the id is passed on as it is, without a second request.
func TestOtherErrorsOfARead(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		for _, status := range []int{403, 409, 429, 503} {
			_, err := client(t, scripted(t, answer{status, `{"message":"no"}`}), v).Proxy(t.Context(), id)
			var api *rest.APIError
			if !errors.As(err, &api) || api.Status != status {
				t.Errorf("%v, want the error with %d", err, status)
			}
		}
	})
	_, err := client(t, scripted(t, answer{500, `{"message":"no"}`}), V8).Proxy(t.Context(), id)
	if err == nil || errors.Is(err, rest.ErrNotFound) {
		t.Errorf("v8: %v", err)
	}
}

func TestServiceInstance(t *testing.T) {
	t.Parallel()
	for _, v := range []Version{V6, V7, V8} {
		a := scripted(t, answer{200, `{"installationId":"69000000-1111-4222-8333-444455556666","version":"8.0.2.159","more":1}`})
		got, err := client(t, a, v).ServiceInstance(t.Context())
		if err != nil || got != (ServiceInstance{"69000000-1111-4222-8333-444455556666", "8.0.2.159"}) {
			t.Errorf("%+v, %v", got, err)
		}
		a.wantLines(t, "GET /"+string(v)+"/ServiceInstance")
	}
}

func TestErrorsOfActions(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		answer answer
		is     error
	}{
		{answer{404, ""}, rest.ErrNotFound},
		{answer{409, `{"message":"in use","errorCode":"OperationConflict"}`}, rest.ErrConflict},
		{answer{500, `{"message":"off","errorCode":"ProxyOffline"}`}, ErrOffline},
		{answer{403, `{"message":"no","errorCode":"ResourceAccessDenied"}`}, rest.ErrForbidden},
	} {
		each(t, func(t *testing.T, v Version) {
			err := client(t, scripted(t, test.answer), v).RemoveProxy(t.Context(), id, RemoveOptions{MachineCredentials: machine})
			if !errors.Is(err, test.is) {
				t.Errorf("%v is not %v", err, test.is)
			}
		})
	}
}
