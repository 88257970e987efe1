// SPDX-License-Identifier: MPL-2.0

package appliance

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"strings"
	"time"
)

// Lifetimes of the certificates. A server certificate of more than 398 days is
// refused by some TLS clients.
const (
	caLifetime     = 10 * 365 * 24 * time.Hour
	serverLifetime = 397 * 24 * time.Hour
	clockTolerance = time.Hour
)

// Flaw is what is wrong with a server certificate, besides its authority.
type Flaw string

// The flaws; "" is none.
const (
	Expired     Flaw = "expired"
	NotYetValid Flaw = "not-yet-valid"
	OtherName   Flaw = "other-name"
)

// CA is a certificate authority that signs the server certificates of
// simulators. Its key never leaves memory.
type CA struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// NewCA makes an authority with a fresh ECDSA P-256 key.
func NewCA() (*CA, error) {
	template, err := certificateTemplate("Simulator CA", caLifetime)
	if err != nil {
		return nil, err
	}
	template.IsCA = true
	template.BasicConstraintsValid = true
	template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign

	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("generating the CA key: %w", err)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("signing the CA certificate: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("reading back the CA certificate: %w", err)
	}
	return &CA{cert: cert, key: key}, nil
}

// PEM returns the certificate of the authority, PEM encoded.
func (ca *CA) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.cert.Raw})
}

// issue makes a server certificate for the loopback names and the given names
// and addresses, with the given flaw.
func (ca *CA) issue(names []string, flaw Flaw) (tls.Certificate, error) {
	template, err := certificateTemplate("Simulator", serverLifetime)
	if err != nil {
		return tls.Certificate{}, err
	}
	names = append([]string{"localhost", "127.0.0.1", "::1"}, names...)
	switch flaw {
	case Expired:
		template.NotBefore = template.NotBefore.Add(-serverLifetime)
		template.NotAfter = template.NotAfter.Add(-serverLifetime - clockTolerance)
	case NotYetValid:
		template.NotBefore = template.NotBefore.Add(24 * time.Hour)
	case OtherName:
		names = []string{"other.example.com"}
	}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}

	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("generating the server key: %w", err)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, ca.cert, &key.PublicKey, ca.key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("signing the server certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

func certificateTemplate(commonName string, lifetime time.Duration) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 126))
	if err != nil {
		return nil, fmt.Errorf("drawing a serial number: %w", err)
	}
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: commonName},
		NotBefore:    now.Add(-clockTolerance),
		NotAfter:     now.Add(lifetime),
	}, nil
}

// fingerprint is the SHA-256 of a DER certificate as certificate viewers print
// it: upper-case hex pairs joined with colons.
func fingerprint(der []byte) string {
	sum := sha256.Sum256(der)
	pairs := make([]string, len(sum))
	for i, b := range sum {
		pairs[i] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(pairs, ":")
}
