// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// TLSOptions say which server certificate is accepted. Without any, the system's certificate authorities decide.
type TLSOptions struct {
	CA                 []byte // PEM; replaces the system's authorities
	Fingerprint        []byte // SHA-256 of the server's certificate (32 bytes): this certificate and no other
	InsecureSkipVerify bool   // accept any
}

// ParseFingerprint reads a SHA-256 fingerprint: 64 hexadecimal digits, with or without colons or spaces.
func ParseFingerprint(text string) ([]byte, error) {
	sum, err := hex.DecodeString(strings.NewReplacer(":", "", " ", "").Replace(strings.TrimSpace(text)))
	if err != nil || len(sum) != sha256.Size {
		return nil, errors.New("a SHA-256 fingerprint has 64 hexadecimal digits, with or without colons")
	}
	return sum, nil
}

// FormatFingerprint prints the SHA-256 of a DER certificate as pairs of upper-case digits joined by colons.
func FormatFingerprint(der []byte) string {
	sum := sha256.Sum256(der)
	pairs := make([]string, len(sum))
	for i, b := range sum {
		pairs[i] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(pairs, ":")
}

func (o TLSOptions) config() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if len(o.CA) > 0 {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(o.CA) {
			return nil, errors.New("the CA certificate contains no certificate in PEM format (-----BEGIN CERTIFICATE-----)")
		}
	}
	if o.InsecureSkipVerify {
		config.InsecureSkipVerify = true
	}
	if len(o.Fingerprint) > 0 {
		// The pin replaces the verification of chain and name: self-signed certificates of appliances have neither.
		config.InsecureSkipVerify = true
		config.VerifyConnection = func(state tls.ConnectionState) error {
			der := state.PeerCertificates[0].Raw
			if sum := sha256.Sum256(der); !bytes.Equal(sum[:], o.Fingerprint) {
				return &CertificateError{Fingerprint: FormatFingerprint(der), Pinned: true, Reason: "it is not the certificate that is pinned"}
			}
			return nil
		}
	}
	return config, nil
}

// CertificateError says that the server's certificate is not accepted. No request was sent.
type CertificateError struct {
	Fingerprint string // of the certificate that the server presented
	Pinned      bool   // another fingerprint is configured
	Problem     CertificateProblem
	Reason      string
}

// CertificateProblem is why a certificate is not accepted, where the remedies differ.
type CertificateProblem int

// The problems of certificates.
const (
	CertificateInvalid     CertificateProblem = iota // for another reason than the following
	CertificateUnknown                               // no known authority has signed it
	CertificateExpired                               // it, or that of its authority
	CertificateNotYetValid                           // the same
	CertificateOtherName                             // it was issued for other names
)

func (e *CertificateError) Error() string {
	return fmt.Sprintf("the server's certificate is not trusted: %s. Its SHA-256 fingerprint is %s", e.Reason, e.Fingerprint)
}

// certificateError finds the refused certificate in an error of net/http, nil when the error has another cause.
func certificateError(err error) *CertificateError {
	if refused, ok := errors.AsType[*CertificateError](err); ok {
		return refused
	}
	var verification *tls.CertificateVerificationError
	if errors.As(err, &verification) && len(verification.UnverifiedCertificates) > 0 {
		refused := &CertificateError{Fingerprint: FormatFingerprint(verification.UnverifiedCertificates[0].Raw)}
		refused.Problem, refused.Reason = certificateProblem(verification.Err, time.Now())
		return refused
	}
	return nil
}

func certificateProblem(err error, now time.Time) (CertificateProblem, string) {
	var invalid x509.CertificateInvalidError
	var name x509.HostnameError
	var unknown x509.UnknownAuthorityError
	switch {
	case errors.As(err, &unknown):
		return CertificateUnknown, "it is signed by an unknown authority"
	case errors.As(err, &name):
		names := slices.Clone(name.Certificate.DNSNames)
		for _, ip := range name.Certificate.IPAddresses {
			names = append(names, ip.String())
		}
		if len(names) == 0 {
			return CertificateOtherName, "it contains no host name, and the endpoint is " + name.Host
		}
		return CertificateOtherName, fmt.Sprintf("it is not issued for %s, but for %s", name.Host, strings.Join(names, ", "))
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && now.Before(invalid.Cert.NotBefore):
		return CertificateNotYetValid, fmt.Sprintf("the certificate of %q is not valid before %s", invalid.Cert.Subject.CommonName, invalid.Cert.NotBefore.UTC().Format(time.RFC3339))
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return CertificateExpired, fmt.Sprintf("the certificate of %q expired on %s", invalid.Cert.Subject.CommonName, invalid.Cert.NotAfter.UTC().Format(time.RFC3339))
	}
	return CertificateInvalid, strings.TrimPrefix(err.Error(), "x509: ")
}
