// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

const webPassword = "canary-web-2d41"

// webProxy is an HTTP proxy that tunnels, for who shows its password.
type webProxy struct {
	*httptest.Server
	mu   sync.Mutex
	seen []string // hosts that tunnels were asked for
}

func newWebProxy(t *testing.T) *webProxy {
	p := &webProxy{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.seen = append(p.seen, r.Method+" "+r.Host)
		p.mu.Unlock()
		account, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(r.Header.Get("Proxy-Authorization"), "Basic "))
		client, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer client.Close()
		if string(account) != "web:"+webPassword {
			fmt.Fprintf(client, "HTTP/1.1 407 Who is %s?\r\n\r\n", account)
			return
		}
		appliance, err := net.Dial("tcp", r.Host)
		if err != nil {
			t.Error(err)
			return
		}
		defer appliance.Close()
		_, _ = io.WriteString(client, "HTTP/1.1 200 OK\r\n\r\n")
		go func() { _, _ = io.Copy(appliance, client); _ = appliance.(*net.TCPConn).CloseWrite() }()
		_, _ = io.Copy(client, appliance)
	}))
	t.Cleanup(p.Close)
	return p
}

// take gives the different hosts that were asked for since.
func (p *webProxy) take() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	seen := p.seen
	p.seen = nil
	slices.Sort(seen)
	return slices.Compact(seen)
}

// TestProxyOfTheEnvironment: HTTPS_PROXY and NO_PROXY are obeyed, the password in them is never shown, and the appliance's
// certificate is looked at as without a proxy.
func TestProxyOfTheEnvironment(t *testing.T) {
	acctest.OneCLI(t)
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.secrets = append(w.secrets, webPassword, webPassword+"-wrong")
	// Go takes no proxy for localhost, in lower case, and for addresses of this machine.
	w.env["VEEAM_VB365_ENDPOINT"] = strings.Replace(w.vb365.URL(), "127.0.0.1", "LOCALHOST", 1)
	w.env["VEEAM_VB365_MAX_RETRIES"] = "0"
	w.config("data \"veeam_vb365_service\" \"this\" {}\n")
	p := newWebProxy(t)
	address, tunnels := p.Listener.Addr().String(), []string{"CONNECT " + strings.TrimPrefix(w.env["VEEAM_VB365_ENDPOINT"], "https://")}
	proxied := func(password string) { w.env["HTTPS_PROXY"] = "http://web:" + password + "@" + address }

	proxied(webPassword)
	w.apply()
	made(t, p.take(), tunnels...)
	w.env["NO_PROXY"] = "localhost"
	w.apply()
	made(t, p.take())
	delete(w.env, "NO_PROXY")

	w.unset("VEEAM_VB365_CA_")
	w.env["VEEAM_VB365_CERTIFICATE_SHA256"] = w.vb365.Fingerprint()
	w.apply()
	made(t, p.take(), tunnels...)
	w.env["VEEAM_VB365_CERTIFICATE_SHA256"] = w.vbaws.Fingerprint()
	w.fail(applyArgs, "it is not the certificate that is pinned")
	w.untouched()
	made(t, p.take(), tunnels...)

	proxied(webPassword + "-wrong")
	w.fail(applyArgs, "Who is ***?")
	w.untouched()
}
