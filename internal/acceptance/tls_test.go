// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// TestUntrustedCertificate: the error prints the line that pins the certificate, and that line works.
func TestUntrustedCertificate(t *testing.T) {
	acctest.OneCLI(t)
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.unset("VEEAM_VB365_CA_")
	w.unset("VEEAM_VBAWS_CA_")
	w.config(aProxy)
	line := `certificate_sha256 = "` + w.vb365.Fingerprint() + `"`
	w.fail(applyArgs, "the server's certificate is not trusted:", "Its SHA-256 fingerprint is "+w.vb365.Fingerprint(),
		`Set ca_certificate_file or ca_certificate in block "vb365" to the authority that signed it.`, line)
	w.untouched()
	w.stateLacks(proxyAddress)

	w.config("provider \"veeam\" {\n  vb365 = {\n    " + line + "\n  }\n}\n" + aProxy)
	w.apply()
	w.destroy()

	w.config("resource \"veeam_vbaws_repository_rescan\" \"this\" {\n  repository_id = \"" + w.vbaws.AddRepository(vbaws.Repository{Name: "daily"}) + "\"\n}\n")
	w.fail(applyArgs, `certificate_sha256 = "`+w.vbaws.Fingerprint()+`"`, `in block "vbaws"`)
	w.untouched()
	w.env["VEEAM_VBAWS_CERTIFICATE_SHA256"] = strings.ToLower(strings.ReplaceAll(w.vbaws.Fingerprint(), ":", ""))
	w.apply()
}

// TestOtherCertificateThanPinned: a pin accepts one certificate and no other, even one of a trusted authority, and the
// error shows what to compare.
func TestOtherCertificateThanPinned(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.unset("VEEAM_VB365_CA_")
	w.env["VEEAM_VB365_CERTIFICATE_SHA256"] = w.vbaws.Fingerprint()
	w.config(aProxy)
	w.fail(applyArgs, "it is not the certificate that is pinned", "The server has a new certificate, or another machine responds instead of it.",
		`certificate_sha256 = "`+w.vb365.Fingerprint()+`" in block "vb365".`)
	w.untouched()
}

// TestWaysToTrust: an authority in a file or in the configuration, relative to the folder, or none at all.
func TestWaysToTrust(t *testing.T) {
	acctest.OneCLI(t)
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	authority := w.env["VEEAM_VB365_CA_CERTIFICATE"]
	w.unset("VEEAM_VB365_CA_")
	if err := os.WriteFile(filepath.Join(w.dir, "ca.pem"), []byte(authority), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		`ca_certificate_file = "ca.pem"`,
		`ca_certificate_file = "${path.module}/ca.pem"`,
		"ca_certificate = <<-EOT\n" + authority + "EOT\n",
		`insecure_skip_verify = true`,
	} {
		w.config("provider \"veeam\" {\n  vb365 = {\n    " + line + "\n  }\n}\n" + aProxy)
		r := w.apply()
		made(t, r.vb365, "GET /v8/Proxies", "POST /v8/Proxies")
		if warned := strings.Contains(r.output, "Warning: Certificate Is Not Verified"); warned != strings.HasPrefix(line, "insecure") {
			t.Errorf("%s: a warning is %v: %s", line, warned, r.output)
		}
		w.destroy()
	}
	// An authority that has not signed the certificate is no reason to trust it.
	w.env["VEEAM_VB365_CA_CERTIFICATE"] = w.env["VEEAM_VBAWS_CA_CERTIFICATE"]
	w.config(aProxy)
	w.fail(applyArgs, "the server's certificate is not trusted: it is signed by an unknown authority")
	w.untouched()
}

// TestFlawedCertificates: a certificate of a trusted authority that is expired, not yet valid or for another host is refused
// before anything is sent, each with its own reason and advice.
func TestFlawedCertificates(t *testing.T) {
	acctest.OneCLI(t)
	for flaw, wants := range map[appliance.Flaw][]string{
		appliance.Expired:     {`the certificate of "Simulator" expired on 20`, "Renew the certificate on the server."},
		appliance.NotYetValid: {`the certificate of "Simulator" is not valid before 20`, "Check the clocks of this machine and of the server."},
		appliance.OtherName: {
			"it is not issued for 127.0.0.1, but for other.example.com", "Use one of the certificate's names in endpoint of block",
			"or install a certificate for this name on the server.",
		},
	} {
		t.Run(string(flaw), func(t *testing.T) {
			w := newWorld(t, vb365.Config{}, vbaws.Config{})
			unsent := appliance.Options{Flaw: flaw, Wrap: func(http.Handler) http.Handler {
				return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s %s was sent", r.Method, r.URL.Path) })
			}}
			m365, err := vb365.Start(vb365.Config{}, unsent)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(m365.Close)
			aws, err := vbaws.Start(vbaws.Config{}, unsent)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(aws.Close)
			w.env["VEEAM_VB365_ENDPOINT"], w.env["VEEAM_VB365_CA_CERTIFICATE"] = m365.URL(), string(m365.CAPEM())
			w.env["VEEAM_VBAWS_ENDPOINT"], w.env["VEEAM_VBAWS_CA_CERTIFICATE"] = aws.URL(), string(aws.CAPEM())
			for product, server := range map[string]*appliance.Server{"vb365_proxies": m365.Server, "vbaws_repositories": aws.Server} {
				w.config("data \"veeam_" + product + "\" \"all\" {}\n")
				w.fail(planArgs, append(wants, "the server's certificate is not trusted: ", server.Fingerprint())...)
			}
		})
	}
}
