// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// frame makes a frame of HTTP/2 (RFC 9113, section 4.1).
func frame(kind byte, stream uint32, payload ...uint32) []byte {
	f := []byte{0, 0, byte(4 * len(payload)), kind, 0}
	f = binary.BigEndian.AppendUint32(f, stream)
	for _, word := range payload {
		f = binary.BigEndian.AppendUint32(f, word)
	}
	return f
}

// serveHTTP2 speaks HTTP/2 with one client, and answers each request with the frame that refuse makes.
func serveHTTP2(conn net.Conn, refuse func(stream uint32) []byte) {
	defer conn.Close()
	// A pipe has no buffer: who writes while the other side does too would wait for ever.
	answers := make(chan []byte, 100)
	defer close(answers)
	go func() {
		for answer := range answers {
			_, _ = conn.Write(answer)
		}
	}()
	const headers, settings, acknowledged = 1, 4, 1
	preface := make([]byte, len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
	if _, err := io.ReadFull(conn, preface); err != nil {
		return
	}
	answers <- frame(settings, 0)
	for {
		head := make([]byte, 9)
		if _, err := io.ReadFull(conn, head); err != nil {
			return
		}
		length := int64(head[0])<<16 | int64(head[1])<<8 | int64(head[2])
		if _, err := io.CopyN(io.Discard, conn, length); err != nil {
			return
		}
		switch {
		case head[3] == settings && head[4]&acknowledged == 0:
			answer := frame(settings, 0)
			answer[4] = acknowledged
			answers <- answer
		case head[3] == headers:
			answers <- refuse(binary.BigEndian.Uint32(head[5:]))
		}
	}
}

// TestServerThatAlwaysRefuses: net/http asks again by itself after some refusals of HTTP/2; that ends, in time and in number.
func TestServerThatAlwaysRefuses(t *testing.T) {
	t.Parallel()
	const reset, goAway, refused = 3, 7, 7
	certificate := selfSigned(t, nil, nil, time.Now())
	for name, refuse := range map[string]func(stream uint32) []byte{
		"refused stream": func(stream uint32) []byte { return frame(reset, stream, refused) },
		"reset":          func(stream uint32) []byte { return frame(reset, stream, 2) },
		"going away":     func(uint32) []byte { return frame(goAway, 0, 0, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var requests atomic.Int32
				var mu sync.Mutex
				var servers []net.Conn
				c := newTestClient(t, "https://server.example.com", withToken, retries(2), func(o *Options) { o.TLS.InsecureSkipVerify = true })
				transport := c.http.Transport.(*http.Transport)
				transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
					near, far := net.Pipe()
					mu.Lock()
					servers = append(servers, far)
					mu.Unlock()
					go serveHTTP2(tls.Server(far, &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"h2"}}), func(stream uint32) []byte {
						requests.Add(1)
						return refuse(stream)
					})
					return near, nil
				}
				transport.Proxy = nil
				began := time.Now()
				err := get(t.Context(), c)
				if n, took := requests.Load(), time.Since(began); err == nil || n == 0 || n > 3*connectionLimit || took > 4*time.Minute {
					t.Errorf("%d requests in %v, err = %v", n, took, err)
				}
				mu.Lock()
				defer mu.Unlock()
				for _, server := range servers {
					_ = server.Close()
				}
			})
		})
	}
}
