// SPDX-License-Identifier: MPL-2.0

package appliance

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// Options of Start.
type Options struct {
	// Name says who the log lines speak of: "vb365", "vbaws".
	Name string
	// Listen is the address to listen on; "" is 127.0.0.1:0.
	Listen string
	// Listener is used instead of Listen when it is not nil, for example one
	// that stays in memory.
	Listener net.Listener
	// CA signs the server certificate; nil makes an authority of its own.
	CA *CA
	// Log receives one line per finished exchange, secrets masked; nil: none.
	Log io.Writer
	// Wrap is put around everything else, so that it sees what the wire sees;
	// nil: none.
	Wrap func(http.Handler) http.Handler
	// HTTP1 serves HTTP/1.1 alone.
	HTTP1 bool
	// HostNames are names and addresses the certificate is valid for besides
	// localhost, 127.0.0.1 and ::1.
	HostNames []string
	// Flaw is what is wrong with the certificate; "": nothing.
	Flaw Flaw
}

// Server serves a handler over HTTPS (HTTP/1.1 and HTTP/2).
type Server struct {
	journal
	faults

	ca          *CA
	fingerprint string
	url         string
	http        *http.Server
	served      chan struct{}
}

// Start listens and serves h until Close. The handler sees requests after the
// faults; the log sees all of them.
func Start(h http.Handler, o Options) (*Server, error) {
	s := &Server{ca: o.CA, served: make(chan struct{})}
	s.journal.name, s.journal.out = o.Name, o.Log
	if s.ca == nil {
		ca, err := NewCA()
		if err != nil {
			return nil, err
		}
		s.ca = ca
	}
	certificate, err := s.ca.issue(o.HostNames, o.Flaw)
	if err != nil {
		return nil, err
	}
	s.fingerprint = fingerprint(certificate.Certificate[0])

	listener := o.Listener
	if listener == nil {
		if listener, err = net.Listen("tcp", cmp.Or(o.Listen, "127.0.0.1:0")); err != nil {
			return nil, fmt.Errorf("listening for %s: %w", o.Name, err)
		}
	}
	s.url = "https://" + reachable(listener.Addr())

	handler := s.journal.record(s.faults.apply(h))
	if o.Wrap != nil {
		handler = o.Wrap(handler)
	}
	protocols := &http.Protocols{}
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(!o.HTTP1)
	s.http = &http.Server{
		Handler:           handler,
		TLSConfig:         &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12},
		Protocols:         protocols,
		ReadHeaderTimeout: 30 * time.Second,
		// Refused handshakes and cut connections are what tests are after.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	go func() {
		defer close(s.served)
		if err := s.http.ServeTLS(gate{listener, &s.faults}, "", ""); !errors.Is(err, http.ErrServerClosed) {
			s.journal.printf("serving ended: %v", err)
		}
	}()
	return s, nil
}

// reachable turns the address of a listener into one a local client can dial.
func reachable(address net.Addr) string {
	host, port, err := net.SplitHostPort(address.String())
	if err != nil {
		return address.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// URL returns the address of the server, "https://127.0.0.1:port".
func (s *Server) URL() string { return s.url }

// CAPEM returns the certificate of the authority that signed the server's.
func (s *Server) CAPEM() []byte { return s.ca.PEM() }

// Fingerprint returns the SHA-256 of the server certificate as upper-case hex
// pairs joined with ':'.
func (s *Server) Fingerprint() string { return s.fingerprint }

// Close stops listening and cuts all connections. It may be called twice.
func (s *Server) Close() {
	_ = s.http.Close() // the listener's own error, of no use to the caller
	<-s.served
}
