// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// selfSigned makes a certificate as appliances have it: its own issuer, for a name that may be another one.
func selfSigned(t *testing.T, names []string, ips []net.IP, until time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "appliance"}, DNSNames: names, IPAddresses: ips,
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: until, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func pemOf(certificate tls.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate[0]})
}

func TestCertificates(t *testing.T) {
	t.Parallel()
	local, later := []net.IP{net.IPv4(127, 0, 0, 1)}, time.Now().Add(time.Hour)
	good := selfSigned(t, nil, local, later)
	other := selfSigned(t, nil, local, later)
	foreign := selfSigned(t, []string{"other.example.com"}, nil, later)
	expired := selfSigned(t, nil, local, time.Now().Add(-time.Hour))
	pin := func(certificate tls.Certificate) []byte {
		sum, err := ParseFingerprint(FormatFingerprint(certificate.Certificate[0]))
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
	for name, c := range map[string]struct {
		server  tls.Certificate
		options TLSOptions
		refused string // part of the message
		pinned  bool
	}{
		"right CA":                {good, TLSOptions{CA: pemOf(good)}, "", false},
		"one of two CAs":          {good, TLSOptions{CA: append(pemOf(other), pemOf(good)...)}, "", false},
		"wrong CA":                {good, TLSOptions{CA: pemOf(other)}, "unknown authority", false},
		"the system's CAs":        {good, TLSOptions{}, "unknown authority", false},
		"wrong name":              {foreign, TLSOptions{CA: pemOf(foreign)}, "it is not issued for 127.0.0.1, but for other.example.com", false},
		"expired":                 {expired, TLSOptions{CA: pemOf(expired)}, "the certificate of \"appliance\" expired on ", false},
		"right pin":               {good, TLSOptions{Fingerprint: pin(good)}, "", false},
		"pin beats name":          {foreign, TLSOptions{Fingerprint: pin(foreign)}, "", false},
		"pin beats expiry":        {expired, TLSOptions{Fingerprint: pin(expired)}, "", false},
		"wrong pin":               {good, TLSOptions{Fingerprint: pin(other)}, "not the certificate that is pinned", true},
		"wrong pin, right CA":     {good, TLSOptions{CA: pemOf(good), Fingerprint: pin(other)}, "pinned", true},
		"wrong pin, not verified": {good, TLSOptions{InsecureSkipVerify: true, Fingerprint: pin(other)}, "pinned", true},
		"not verified":            {foreign, TLSOptions{InsecureSkipVerify: true}, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var requests atomic.Int32
			server := serveTLS(t, &tls.Config{Certificates: []tls.Certificate{c.server}}, func(http.ResponseWriter, *http.Request) { requests.Add(1) })
			j := &journal{}
			err := get(t.Context(), newTestClient(t, server.URL, withToken, retries(2), logTo(j), func(o *Options) { o.TLS = c.options }))
			if c.refused == "" {
				if err != nil || requests.Load() != 1 {
					t.Errorf("%v after %d requests", err, requests.Load())
				}
				return
			}
			var certificate *CertificateError
			if !errors.As(err, &certificate) || certificate.Pinned != c.pinned || !contains(err.Error(), c.refused) {
				t.Fatalf("err = %v", err)
			}
			if fingerprint := FormatFingerprint(c.server.Certificate[0]); !contains(err.Error(), "SHA-256 fingerprint is "+fingerprint) {
				t.Errorf("%v does not print %s", err, fingerprint)
			}
			if requests.Load() != 0 || OutcomeUnknown(err) || len(j.all()) != 1 {
				t.Errorf("%d requests, %d attempts, unknown: %t", requests.Load(), len(j.all()), OutcomeUnknown(err))
			}
		})
	}
}

func TestCertificateProblems(t *testing.T) {
	t.Parallel()
	until := time.Now().Add(time.Hour)
	good := selfSigned(t, []string{"server.example.com"}, nil, until)
	nameless := selfSigned(t, nil, nil, until)
	for name, c := range map[string]struct {
		certificate tls.Certificate
		now         time.Time
		trusted     bool
		host        string
		want        CertificateProblem
	}{
		"unknown authority": {good, time.Now(), false, "server.example.com", CertificateUnknown},
		"expired":           {good, until.Add(time.Minute), true, "server.example.com", CertificateExpired},
		"not yet valid":     {good, time.Now().Add(-72 * time.Hour), true, "server.example.com", CertificateNotYetValid},
		"another name":      {good, time.Now(), true, "other.example.com", CertificateOtherName},
		"no name":           {nameless, time.Now(), true, "other.example.com", CertificateOtherName},
	} {
		parsed, err := x509.ParseCertificate(c.certificate.Certificate[0])
		if err != nil {
			t.Fatal(err)
		}
		roots := x509.NewCertPool()
		if c.trusted {
			roots.AddCert(parsed)
		}
		_, err = parsed.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: c.now, DNSName: c.host})
		if got, reason := certificateProblem(err, c.now); got != c.want || strings.Contains(reason, "x509") {
			t.Errorf("%s: %d, %s (%v)", name, got, reason, err)
		}
	}
}

// TestNamesInCertificates: names of a certificate are its owner's words too, and cannot flood or control a terminal.
func TestNamesInCertificates(t *testing.T) {
	t.Parallel()
	names := []string{"canary-password.example.com", "\x1b[2J.example.com"}
	for range 95 {
		names = append(names, strings.Repeat("x", 200)+".example.com")
	}
	certificate := selfSigned(t, names, nil, time.Now().Add(time.Hour))
	server := serveTLS(t, &tls.Config{Certificates: []tls.Certificate{certificate}}, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	endpoint := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	err := get(t.Context(), newTestClient(t, endpoint, func(o *Options) { o.TLS.CA = pemOf(certificate) }))
	if err == nil || !contains(err.Error(), "***.example.com") || !contains(err.Error(), FormatFingerprint(certificate.Certificate[0])) {
		t.Fatalf("err = %.2000v", err)
	}
	noCanary(t, err.Error())
	if len(err.Error()) > 1200 || strings.Contains(err.Error(), "\x1b") {
		t.Errorf("%d bytes: %q", len(err.Error()), err)
	}
}

func serveTLS(t *testing.T, config *tls.Config, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	// httptest puts its own certificate first only when there is none.
	server := httptest.NewUnstartedServer(handler)
	server.TLS = config
	server.Config.ErrorLog = discard
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

func TestOldTLSIsRefused(t *testing.T) {
	t.Parallel()
	for _, options := range []TLSOptions{{}, {InsecureSkipVerify: true}} {
		var requests atomic.Int32
		server := serveTLS(t, &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, func(http.ResponseWriter, *http.Request) { requests.Add(1) })
		err := get(t.Context(), newTestClient(t, server.URL, withToken, func(o *Options) { o.TLS = options }))
		if err == nil || !contains(err.Error(), "TLS 1.2 or newer") || requests.Load() != 0 {
			t.Errorf("%v after %d requests", err, requests.Load())
		}
	}
}

func TestPlainHTTPServer(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	endpoint := strings.Replace(server.URL, "http://", "https://", 1)
	if err := get(t.Context(), newTestClient(t, endpoint, withToken)); err == nil || !contains(err.Error(), "plain HTTP, not HTTPS") {
		t.Errorf("err = %v", err)
	}
}

func TestCAWithoutACertificate(t *testing.T) {
	t.Parallel()
	for _, ca := range []string{"junk", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"} {
		if _, err := New(Options{TLS: TLSOptions{CA: []byte(ca)}}); err == nil || !contains(err.Error(), "PEM") {
			t.Errorf("%q: %v", ca, err)
		}
	}
}

func TestParseFingerprint(t *testing.T) {
	t.Parallel()
	certificate := selfSigned(t, nil, nil, time.Now().Add(time.Hour)).Certificate[0]
	printed := FormatFingerprint(certificate)
	if len(printed) != 95 || printed != strings.ToUpper(printed) {
		t.Errorf("printed as %s", printed)
	}
	plain := strings.ReplaceAll(printed, ":", "")
	want, err := ParseFingerprint(printed)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{plain, strings.ToLower(plain), strings.ReplaceAll(printed, ":", " "), "  " + printed + "\n"} {
		if got, err := ParseFingerprint(text); err != nil || string(got) != string(want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{"", plain[:62], plain + "00", plain[:40], "zz" + plain[2:], "SHA256:" + plain} {
		if _, err := ParseFingerprint(text); err == nil {
			t.Errorf("%q passed", text)
		}
	}
}

func FuzzFingerprint(f *testing.F) {
	f.Add("AB:CD", []byte("certificate"))
	f.Add(strings.Repeat("0a ", 32), []byte(nil))
	f.Add(strings.Repeat("ab:", 31)+"aß", []byte{0})
	f.Fuzz(func(t *testing.T, text string, der []byte) {
		if sum, err := ParseFingerprint(text); err == nil {
			again, err := ParseFingerprint(hex.EncodeToString(sum))
			if err != nil || !bytes.Equal(again, sum) || len(sum) != sha256.Size {
				t.Errorf("%q: %x reads back as %x, %v", text, sum, again, err)
			}
		}
		want := sha256.Sum256(der)
		if sum, err := ParseFingerprint(FormatFingerprint(der)); err != nil || !bytes.Equal(sum, want[:]) {
			t.Errorf("%x reads back as %x, %v", want, sum, err)
		}
	})
}
