// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

const secret = "s3cr3t-value"

// added is the documented success of POST /Proxies.
func added(a *api) int { return byVersion(a, 201, 201, 201, 200, 200, 201) }

// edited and acted are the documented successes of PUT and of the actions.
func edited(a *api) int { return byVersion(a, 200, 200, 200, 200, 200, 204) }
func acted(a *api) int  { return edited(a) }

// fullBody has every field the version takes.
func fullBody(a *api) map[string]any {
	body := map[string]any{
		"hostName": "px1", "description": "lab", "port": 9194, "username": `EXAMPLE\admin`, "password": secret,
		"attachUsedProxy": true, "threadsNumber": 32, "enableNetworkThrottling": true, "throttlingValue": 1 << 40, "throttlingUnit": "KBs",
		"useInternetProxy": true, "internetProxyType": "Custom",
		"internetProxySettings": map[string]any{
			"hostName": "web", "port": 8080, "useAuthentication": true, "username": "webuser", "userPassword": secret,
		},
	}
	if a.version >= "v5" {
		body["useDomainNetwork"] = true
	}
	if a.version >= "v6" {
		body["id"] = nil
	}
	if a.version == "v8" {
		delete(body, "threadsNumber")
		body["operatingSystem"] = "Windows"
		body["serviceAccountName"] = `EXAMPLE\svc`
		body["serviceAccountPassword"] = secret
		body["createServiceAccount"] = false
		body["sshSettings"] = nil
	}
	return body
}

func encode(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAddWithEverything(t *testing.T) {
	t.Parallel()
	forAll(t, Config{}, func(t *testing.T, a *api) {
		r := a.want(a.post("/Proxies", encode(t, fullBody(a))), added(a))
		read := a.get("/Proxies/" + r.object()["id"].(string) + "?extendedView=true")
		for _, text := range []string{r.text, read.text} {
			if strings.Contains(text, secret) || strings.Contains(text, "admin") || strings.Contains(text, "assword") {
				t.Error("an answer gives credentials back")
			}
		}
		for name, want := range map[string]any{
			"hostName": "px1", "description": "lab", "port": 9194.0, "threadsNumber": 32.0, "enableNetworkThrottling": true,
			"throttlingValue": float64(1 << 40), "throttlingUnit": "KBs", "useInternetProxy": true, "internetProxyType": "Custom",
			"status": "Online", "serviceAccount": `EXAMPLE\svc`,
			"type": byVersion(a, any(nil), nil, nil, "Domain", "Domain", "Domain"),
		} {
			for _, body := range []map[string]any{r.object(), read.object()} {
				if got, present := body[name]; present && got != want {
					t.Errorf("%s is %v, want %v", name, got, want)
				}
			}
		}
		settings := read.object()["internetProxySettings"].(map[string]any)
		if settings["hostName"] != "web" || settings["port"] != 8080.0 || settings["useAuthentication"] != true ||
			settings["username"] != "webuser" || len(settings) != 4 {
			t.Errorf("internet proxy %v", settings)
		}
		c, ok := a.LastCredentials("PX1")
		if !ok || c.Operation != "add" || *c.Username != `EXAMPLE\admin` || *c.Password != secret ||
			*c.InternetProxyUsername != "webuser" || *c.InternetProxyPassword != secret {
			t.Errorf("credentials that arrived: %t", ok)
		}
		if a.version == "v8" && (*c.ServiceAccountName != `EXAMPLE\svc` || *c.ServiceAccountPassword != secret) {
			t.Error("the service account did not arrive")
		}
	})
}

func TestAddWithTheHostNameAlone(t *testing.T) {
	t.Parallel()
	c := newClock()
	forAll(t, Config{Now: c.Now}, func(t *testing.T, a *api) {
		id := a.want(a.post("/Proxies", `{"hostName":"px1.example.org"}`), added(a)).object()["id"].(string)
		p, _ := a.Proxy(id)
		if p.Port != 9193 || p.ThreadsNumber != 64 || p.ThrottlingUnit != "Mbps" || p.EnableNetworkThrottling ||
			p.Type != Workgroup || p.Status != Online || p.OperatingSystem != Windows || p.FQDN != "px1.example.org" ||
			p.Description != `Created by EXAMPLE\joe at 2026-01-02 03:04:05` {
			t.Errorf("defaults %+v", p)
		}
	})
}

func TestAddSuccessOption(t *testing.T) {
	t.Parallel()
	forAll(t, Config{Behaviour: Behaviour{Add: 200}}, func(t *testing.T, a *api) {
		a.want(a.post("/Proxies", `{"hostName":"px1"}`), byVersion(a, 200, 200, 200, 200, 200, 201))
	})
}

func TestOmitInternetProxySettings(t *testing.T) {
	t.Parallel()
	forAll(t, Config{Behaviour: Behaviour{OmitInternetProxySettings: true}}, func(t *testing.T, a *api) {
		_, present := a.post("/Proxies", encode(t, fullBody(a))).object()["internetProxySettings"]
		if present != (a.version >= "v6") {
			t.Errorf("present %t", present)
		}
	})
}

// TestStrictBodies sends the same bad bodies to POST and PUT.
func TestStrictBodies(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		body        string
		first, last string // versions that take it
	}{
		"nothing":                 {``, "", ""},
		"null":                    {`null`, "", ""},
		"array":                   {`[]`, "", ""},
		"text":                    {`"px1"`, "", ""},
		"broken":                  {`{"hostName":"px1"`, "", ""},
		"two documents":           {`{"hostName":"px1"}{}`, "", ""},
		"unknown field":           {`{"hostName":"px1","colour":"red"}`, "", ""},
		"other case":              {`{"hostName":"px1","Description":"x"}`, "", ""},
		"userName of removals":    {`{"hostName":"px1","userName":"x"}`, "", ""},
		"number as text":          {`{"hostName":"px1","port":"9193"}`, "", ""},
		"fraction":                {`{"hostName":"px1","port":9193.5}`, "", ""},
		"more than int32":         {`{"hostName":"px1","port":2147483648}`, "", ""},
		"more than int64":         {`{"hostName":"px1","throttlingValue":9223372036854775808}`, "", ""},
		"text as number":          {`{"hostName":"px1","description":1}`, "", ""},
		"boolean as text":         {`{"hostName":"px1","attachUsedProxy":"true"}`, "", ""},
		"boolean as number":       {`{"hostName":"px1","attachUsedProxy":1}`, "", ""},
		"unknown unit":            {`{"hostName":"px1","throttlingUnit":"mbps"}`, "", ""},
		"unknown type":            {`{"hostName":"px1","internetProxyType":"Other"}`, "", ""},
		"block as text":           {`{"hostName":"px1","internetProxySettings":"web"}`, "", ""},
		"unknown field in block":  {`{"hostName":"px1","internetProxySettings":{"password":"x"}}`, "", ""},
		"switch in block":         {`{"hostName":"px1","internetProxySettings":{"useInternetProxy":true}}`, "", ""},
		"custom without host":     {`{"hostName":"px1","useInternetProxy":true,"internetProxyType":"Custom"}`, "", ""},
		"plain":                   {`{"hostName":"px1"}`, "v3", "v8"},
		"nulls":                   {`{"hostName":"px1","port":null,"description":null,"useInternetProxy":null,"internetProxySettings":null}`, "v3", "v8"},
		"nulls in block":          {`{"hostName":"px1","internetProxySettings":{"hostName":null,"userPassword":null}}`, "v3", "v8"},
		"threads":                 {`{"hostName":"px1","threadsNumber":5}`, "v3", "v7"},
		"null threads":            {`{"hostName":"px1","threadsNumber":null}`, "v3", "v7"},
		"domain":                  {`{"hostName":"px1","useDomainNetwork":false}`, "v5", "v8"},
		"id":                      {`{"hostName":"px1","id":null}`, "v6", "v8"},
		"operating system":        {`{"hostName":"px1","operatingSystem":"Windows"}`, "v8", "v8"},
		"unknown system":          {`{"hostName":"px1","operatingSystem":"windows"}`, "", ""},
		"SSH":                     {`{"hostName":"px1","sshSettings":{"account":"root","UseSuIfSudoUnavailable":true}}`, "v8", "v8"},
		"SSH in other case":       {`{"hostName":"px1","sshSettings":{"useSuIfSudoUnavailable":true}}`, "", ""},
		"service account":         {`{"hostName":"px1","serviceAccountName":"x","createServiceAccount":true}`, "v8", "v8"},
		"service account, null":   {`{"hostName":"px1","serviceAccountName":null}`, "v8", "v8"},
		"null creation of one":    {`{"hostName":"px1","createServiceAccount":null}`, "", ""},
		"throttling of its range": {`{"hostName":"px1","throttlingValue":9223372036854775807}`, "v3", "v8"},
	}
	forAll(t, Config{}, func(t *testing.T, a *api) {
		for name, row := range cases {
			taken := row.first != "" && row.first <= a.version && a.version <= row.last
			add := a.post("/Proxies", row.body)
			if taken {
				a.wantFor(name, add, added(a))
				a.wantFor(name, a.put("/Proxies/"+add.object()["id"].(string), row.body), edited(a))
				a.DeleteProxy(add.object()["id"].(string))
				continue
			}
			if add.status != 400 {
				t.Errorf("%s: status %d, want 400", name, add.status)
				continue
			}
			a.wantError(add, 400, "ParameterValidationFailure")
			id := a.AddProxy(Proxy{HostName: "px1"})
			a.wantError(a.put("/Proxies/"+id, row.body), 400, "ParameterValidationFailure")
			a.DeleteProxy(id)
		}
		a.wantError(a.post("/Proxies", `{}`), 400, "ParameterValidationFailure")
		a.wantError(a.post("/Proxies", `{"hostName":null}`), 400, "ParameterValidationFailure")
		a.wantError(a.post("/Proxies", `{"hostName":" "}`), 400, "ParameterValidationFailure")
	})
}

func TestContentType(t *testing.T) {
	t.Parallel()
	forAll(t, Config{}, func(t *testing.T, a *api) {
		for contentType, want := range map[string]int{
			"": 415, "text/plain": 415, formType: 415, "application/jsonx": 415, "application/json;": added(a),
			"application/json; charset=utf-8": added(a), "Application/JSON": added(a),
		} {
			r := a.wantFor(contentType, a.send("POST", "/Proxies", contentType, `{"hostName":"px1"}`), want)
			if want < 300 {
				a.DeleteProxy(r.object()["id"].(string))
			}
		}
	})
}

func TestAnyCaseFields(t *testing.T) {
	t.Parallel()
	forAll(t, Config{Behaviour: Behaviour{AnyCaseFields: true}}, func(t *testing.T, a *api) {
		r := a.want(a.post("/Proxies", `{"HOSTNAME":"px1","Description":"x","InternetProxySettings":{"HostName":"web"}}`), added(a))
		p, _ := a.Proxy(r.object()["id"].(string))
		if p.HostName != "px1" || p.Description != "x" || p.InternetProxy.HostName != "web" {
			t.Errorf("proxy %+v", p)
		}
		a.want(a.post("/Proxies", `{"hostName":"px2","colour":"red"}`), 400)
	})
}

func TestDuplicateHost(t *testing.T) {
	t.Parallel()
	for _, option := range []int{0, 400, 409, 500} {
		forAll(t, Config{Behaviour: Behaviour{Duplicate: option}}, func(t *testing.T, a *api) {
			a.AddProxy(Proxy{HostName: "px1"})
			a.AddMachine(Machine{HostName: "px2", OwnedByOther: true, Username: "u", Password: "p"})
			want := byVersion(a, 500, 500, 500, 500, 500, 409)
			if option != 0 {
				want = option
			}
			a.wantError(a.post("/Proxies", `{"hostName":"PX1"}`), want, "OperationConflict")
			a.wantError(a.post("/Proxies", `{"hostName":"px2","username":"u","password":"p"}`), want, "OperationConflict")
			a.wantError(a.post("/Proxies", `{"hostName":"px2","username":"u","password":"p","attachUsedProxy":false}`), want, "OperationConflict")
			r := a.want(a.post("/Proxies", `{"hostName":"px2","username":"u","password":"p","attachUsedProxy":true}`), added(a))
			a.DeleteProxy(r.object()["id"].(string))
			a.want(a.post("/Proxies", `{"hostName":"px2","username":"u","password":"p"}`), added(a)) // it is ours now
			if n := len(a.Proxies()); n != 2 {
				t.Errorf("%d proxies", n)
			}
		})
	}
}

func TestEdit(t *testing.T) {
	t.Parallel()
	forAll(t, Config{}, func(t *testing.T, a *api) {
		id := a.want(a.post("/Proxies", encode(t, fullBody(a))), added(a)).object()["id"].(string)
		before, _ := a.Proxy(id)

		r := a.want(a.put("/Proxies/"+id, `{"description":"","port":null,"hostName":"ignored","enableNetworkThrottling":false,`+
			`"internetProxySettings":{"port":1}}`), edited(a))
		if a.version >= "v6" {
			a.empty(r)
		} else if body := r.object(); body["id"] != id || body["description"] != "" {
			t.Errorf("the edit answers %s", r.text)
		}
		want := before
		want.Description, want.EnableNetworkThrottling, want.InternetProxy.Port = "", false, 1
		if after, _ := a.Proxy(id); fmt.Sprint(after) != fmt.Sprint(want) {
			t.Errorf("after the edit\n%+v\nwant\n%+v", after, want)
		}
		a.want(a.put("/Proxies/"+id, `{"internetProxySettings":{"hostName":""}}`), 400)
		a.want(a.put("/Proxies/"+id, `{}`), edited(a))
		if after, _ := a.Proxy(id); fmt.Sprint(after) != fmt.Sprint(want) {
			t.Error("a refused or an empty edit changed something")
		}
	})
}

func TestEditOfHostName(t *testing.T) {
	t.Parallel()
	for _, reject := range []bool{false, true} {
		forAll(t, Config{Behaviour: Behaviour{RejectOtherHostName: reject}}, func(t *testing.T, a *api) {
			id := a.AddProxy(Proxy{HostName: "px1"})
			want := edited(a)
			if reject {
				want = 400
			}
			a.want(a.put("/Proxies/"+id, `{"hostName":"px2","description":"new"}`), want)
			a.want(a.put("/Proxies/"+id, `{"hostName":"PX1"}`), edited(a))
			p, _ := a.Proxy(id)
			if p.HostName != "px1" || (p.Description == "new") == reject {
				t.Errorf("proxy %+v", p)
			}
		})
	}
}

func TestSeededFieldsAreKept(t *testing.T) {
	t.Parallel()
	a := serve(t, Config{})
	seeded := Proxy{
		ID: nobody, HostName: "px1", FQDN: "px1.corp", Port: 1, ThreadsNumber: 2, ThrottlingUnit: "KBs", Status: Offline,
		Type: Domain, OperatingSystem: Linux, MaintenanceModeState: MaintenanceEnabled, Version: "8.1", ServiceAccount: "x",
		InternetProxyType: Custom, InternetProxy: InternetProxy{Port: 3}, Role: []string{"Scheduler"}, InUse: true,
	}
	a.AddProxy(seeded)
	if p, _ := a.Proxy(nobody); fmt.Sprint(p) != fmt.Sprint(seeded) {
		t.Errorf("got\n%+v\nwant\n%+v", p, seeded)
	}
}
