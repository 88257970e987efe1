// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// program is a running veeam-simulator.
type program struct {
	t         *testing.T
	variables map[string]string // as exported
	text      string            // what it printed up to the line that says it serves
	stop      func() int        // ends it and returns its exit code

	mu    sync.Mutex
	later bytes.Buffer // what it printed after that
}

// startProgram runs the program until the test ends or stop is called.
func startProgram(t *testing.T, args ...string) *program {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	code := make(chan int, 1)
	var stderr bytes.Buffer
	go func() {
		code <- run(ctx, args, writer, &stderr)
		writer.Close()
	}()

	p := &program{t: t, variables: map[string]string{}}
	lines := bufio.NewReader(reader)
	for !strings.Contains(p.text, "# Serving") {
		line, err := lines.ReadString('\n')
		if err != nil {
			cancel()
			t.Fatalf("it ended with %d: %s", <-code, stderr.String())
		}
		p.text += line
		if assignment, ok := strings.CutPrefix(line, "export "); ok {
			name, value, _ := strings.Cut(strings.TrimSpace(assignment), "=")
			p.variables[name] = strings.ReplaceAll(strings.Trim(value, "'"), `'\''`, "'")
		}
	}
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		for {
			line, err := lines.ReadString('\n')
			p.mu.Lock()
			p.later.WriteString(line)
			p.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	p.stop = sync.OnceValue(func() int {
		cancel()
		defer func() { <-drained }()
		return <-code
	})
	t.Cleanup(func() { p.stop() })
	return p
}

func (p *program) log() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.later.String()
}

// client is an account on one of the appliances, made of nothing but the exported variables.
type client struct {
	t        *testing.T
	http     *http.Client
	endpoint string
	header   http.Header
}

// client makes a client with the variables of prefix that is not logged in.
func (p *program) client(prefix string, header http.Header) *client {
	p.t.Helper()
	pem, err := os.ReadFile(p.variables[prefix+"CA_CERTIFICATE_FILE"])
	if err != nil {
		p.t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		p.t.Fatalf("no certificate in %q", pem)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
	p.t.Cleanup(transport.CloseIdleConnections)
	return &client{t: p.t, http: &http.Client{Transport: transport}, endpoint: p.variables[prefix+"ENDPOINT"], header: header}
}

// login asks for a token at path with the variables of prefix.
func (p *program) login(prefix, path string, header http.Header) *client {
	p.t.Helper()
	c := p.client(prefix, header)
	form := url.Values{
		"grant_type": {"password"}, "disable_antiforgery_token": {"true"},
		"username": {p.variables[prefix+"USERNAME"]}, "password": {p.variables[prefix+"PASSWORD"]},
	}
	status, body := c.send("POST", path, "application/x-www-form-urlencoded", form.Encode())
	var answer map[string]any
	_ = json.Unmarshal([]byte(body), &answer) // an answer without a token is reported below
	token, _ := answer["access_token"].(string)
	if status != http.StatusOK || token == "" {
		p.t.Fatalf("login at %s: %d %s", c.endpoint, status, body)
	}
	c.header.Set("Authorization", "Bearer "+token)
	return c
}

func (p *program) vb365() *client {
	p.t.Helper()
	return p.login("VEEAM_VB365_", "/v8/Token", http.Header{})
}

func (p *program) vbaws(revision string) *client {
	p.t.Helper()
	return p.login("VEEAM_VBAWS_", "/api/v1/token", http.Header{"X-Api-Version": {revision}})
}

// send makes a request; a cut connection is status 0 with the error as body.
func (c *client) send(method, path, contentType, body string) (status int, text string) {
	c.t.Helper()
	request, err := http.NewRequestWithContext(c.t.Context(), method, c.endpoint+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header = c.header.Clone()
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return 0, err.Error()
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err.Error()
	}
	return response.StatusCode, string(read)
}

func (c *client) get(path string) (status int, text string) {
	c.t.Helper()
	return c.send("GET", path, "", "")
}

func (c *client) postJSON(path, body string) (status int, text string) {
	c.t.Helper()
	return c.send("POST", path, "application/json", body)
}
