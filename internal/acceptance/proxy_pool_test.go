// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"slices"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// TestProxyPoolFleet puts a fleet of proxies into a pool, takes some out by destroying them, and destroys all in one run. The proxies
// are read by one list, whatever asks for them.
func TestProxyPoolFleet(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	config := func(n int) {
		w.config(fmt.Sprintf(`
resource "veeam_vb365_proxy" "fleet" {
  count     = %d
  host_name = "proxy-${count.index}.example.com"
}
resource "veeam_vb365_proxy_pool" "main" {
  name      = "main"
  proxy_ids = veeam_vb365_proxy.fleet[*].id
}`, n))
	}
	count := func(calls []string, call string) (n int) {
		for _, c := range calls {
			if c == call {
				n++
			}
		}
		return n
	}
	config(5)
	r := w.apply()
	slices.Sort(r.vb365)
	made(t, r.vb365, "GET /v8/Proxies", "GET /v8/ProxyPools", "POST /v8/Proxies", "POST /v8/Proxies", "POST /v8/Proxies", "POST /v8/Proxies",
		"POST /v8/Proxies", "POST /v8/ProxyPools")
	r = w.planIsEmpty()
	if lists := count(r.vb365, "GET /v8/Proxies"); lists != 1 || len(r.vb365) > 3 {
		t.Errorf("the refresh sent %v", r.vb365)
	}

	config(3)
	r = w.apply()
	if count(r.vb365, "DELETE /v8/ProxyPools/{id}/proxies") != 2 || count(r.vb365, "POST /v8/Proxies/{id}/Remove") != 2 || count(r.vb365, "PUT /v8/ProxyPools/{id}") != 0 {
		t.Errorf("proxies left the pool by %v", r.vb365)
	}
	w.planIsEmpty()
	r = w.destroy()
	if count(r.vb365, "DELETE /v8/ProxyPools/{id}") != 1 || count(r.vb365, "POST /v8/Proxies/{id}/Remove") != 3 || count(r.vb365, "DELETE /v8/ProxyPools/{id}/proxies") != 0 {
		t.Errorf("all were destroyed by %v", r.vb365)
	}
	if left := len(w.vb365.Proxies()) + len(w.vb365.Objects("ProxyPools")); left != 0 {
		t.Errorf("%d objects are left", left)
	}
}

// TestProxyPoolExists says how to import a pool whose name is taken, and nothing about members.
func TestProxyPoolExists(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	proxy, other := w.vb365.AddProxy(vb365.Proxy{HostName: "a.example.com"}), w.vb365.AddProxy(vb365.Proxy{HostName: "b.example.com"})
	pool := func(name, proxy string) string {
		return fmt.Sprintf("resource \"veeam_vb365_proxy_pool\" %q {\n  name      = \"main\"\n  proxy_ids = [%q]\n}\n", name, proxy)
	}
	w.config(pool("first", proxy))
	w.apply()
	w.config(pool("first", proxy) + pool("second", other))
	id := fmt.Sprint(w.attributes("veeam_vb365_proxy_pool.first")["id"])
	w.fail(applyArgs, "Unable to Create Proxy Pool", `The server already has the proxy pool "main" (ID `+id+").", "terraform import veeam_vb365_proxy_pool.NAME "+id).
		lacks(w, "cannot leave a pool")
}

// TestProxyMovesBetweenPools: Terraform knows no order between the two pools, so the one that gains the proxy waits for the other.
func TestProxyMovesBetweenPools(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	var ids []any
	for _, host := range []string{"a", "b", "c"} {
		ids = append(ids, w.vb365.AddProxy(vb365.Proxy{HostName: host + ".example.com"}))
	}
	pools := func(first, second string) {
		w.config(fmt.Sprintf("resource \"veeam_vb365_proxy_pool\" \"first\" {\n  name      = \"first\"\n  proxy_ids = ["+first+"]\n}\n"+
			"resource \"veeam_vb365_proxy_pool\" \"second\" {\n  name      = \"second\"\n  proxy_ids = ["+second+"]\n}\n", ids...))
	}
	pools("%[1]q, %[2]q", "%[3]q")
	w.apply()
	pools("%[1]q", "%[2]q, %[3]q")
	w.planChanges("Warning: Proxy In Another Pool")
	w.apply()
	w.planIsEmpty()
	pools("%[1]q, %[2]q", "%[3]q")
	w.apply()
	w.planIsEmpty()
	w.destroy()
	if left := len(w.vb365.Objects("ProxyPools")); left != 0 {
		t.Errorf("%d pools are left", left)
	}
}
