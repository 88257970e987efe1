// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// TestDoubledLogin: net/http writes a response that nobody asked for to Go's standard logger, whose output a CLI puts into its log.
// That of a login holds tokens. The second response may also be taken for that to the next request, so a run may fail.
func TestDoubledLogin(t *testing.T) {
	acctest.Concurrent(t)
	acctest.OneCLI(t)
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	target, err := url.Parse(w.vb365.URL())
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	t.Cleanup(transport.CloseIdleConnections)
	forward := &httputil.ReverseProxy{Transport: transport, Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
	gateway := httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v8/token" {
			forward.ServeHTTP(rw, r)
			return
		}
		recorded := httptest.NewRecorder()
		forward.ServeHTTP(recorded, r)
		body := recorded.Body.Bytes()
		conn, buffered, err := http.NewResponseController(rw).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		response := fmt.Appendf(nil, "HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", recorded.Code, len(body), body)
		_, _ = conn.Write(bytes.Repeat(response, 2))
		_, _ = io.Copy(io.Discard, buffered) // until the client closes the connection
	}))
	t.Cleanup(gateway.Close)
	w.env["VEEAM_VB365_ENDPOINT"] = gateway.URL
	delete(w.env, "VEEAM_VB365_CA_CERTIFICATE")
	w.env["VEEAM_VB365_CERTIFICATE_SHA256"] = rest.FormatFingerprint(gateway.Certificate().Raw)
	w.config(`data "veeam_vb365_proxies" "all" {}`)
	for range 3 {
		if r := w.run(planArgs...); r.logins == 0 {
			t.Errorf("there was no login: %s", r.output)
		}
	}
}
