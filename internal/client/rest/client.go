// SPDX-License-Identifier: MPL-2.0

// Package rest is the HTTP client of both product clients: TLS, login, retries, concurrency, errors and logs. It
// knows no path and no type of either product.
package rest

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
	"unicode"
)

// Options are what a product client hands to New. Endpoint, and either AccessToken or Username, Password and Login
// are required.
type Options struct {
	Product        string   // as messages name it, for example "Veeam Backup for Microsoft 365"
	Endpoint       *url.URL // scheme and host only
	TLS            TLSOptions
	Username       string
	Password       Secret
	AccessToken    Secret // used as it is, instead of a login
	Login          LoginFunc
	Codes          map[string]error // APIError.Kind by APIError.Code
	Mask           []Secret         // other secrets that the server may know, also from an earlier run, and repeat
	UserAgent      string
	RequestTimeout time.Duration // of one exchange; 0: one minute
	MaxRetries     int           // further attempts after the first
	MaxConcurrent  int           // exchanges at the same time; 0: ten
	Logger         Logger
}

// Client sends calls to one appliance. It is safe for concurrent use and makes no request until the first call.
type Client struct {
	product            string
	codes              map[string]error
	endpoint           *url.URL
	http               *http.Client
	userAgent          string
	timeout            time.Duration
	maxRetries         int
	bodyLimit          int64
	semaphore          chan struct{}
	largeBodySemaphore chan struct{} // who holds one may have a large answer in memory
	logger             Logger
	tokens             *tokenSource
	redactor           *redactor
}

// Request is one call. Path begins with a slash and is escaped already.
type Request struct {
	Method     string
	Path       string
	Query      url.Values
	Header     http.Header
	Body       any           // sent as JSON; nil: no body
	Form       url.Values    // sent as a form instead of Body
	Out        any           // decoded from a JSON answer; nil: the answer's body is ignored
	Stream     StreamFunc    // decodes a long answer while it comes, instead of Out
	Check      func() error  // validates the decoded response against the request; an error makes the response unusable
	Anonymous  bool          // no login, no Authorization header
	Idempotent bool          // a POST that changes nothing and may be sent again after a lost answer
	Timeout    time.Duration // of one exchange; 0: the client's, negative: only the context limits the wait for an answer
	Pages      *PageLimit    // counts what the list that the answer is a page of has had so far
	Mask       []Secret      // what the body carries and nobody's words may repeat
}

// New makes a client; it sends nothing.
func New(o Options) (*Client, error) {
	if strings.ContainsFunc(o.AccessToken.Reveal(), unicode.IsControl) {
		return nil, errors.New("access_token contains a control character, such as a line break, which no HTTP header can carry")
	}
	tlsConfig, err := o.TLS.config()
	if err != nil {
		return nil, err
	}
	if o.MaxConcurrent <= 0 {
		o.MaxConcurrent = 10
	}
	if o.RequestTimeout <= 0 {
		o.RequestTimeout = time.Minute
	}
	if o.Logger == nil {
		o.Logger = nopLogger{}
	}
	hidden := &redactor{}
	hidden.add(o.Mask...)
	hidden.add(o.Password, o.AccessToken)
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = hidden.redactProxyURL(http.ProxyFromEnvironment)
	transport.TLSClientConfig = tlsConfig
	transport.MaxIdleConnsPerHost = o.MaxConcurrent
	transport.MaxResponseHeaderBytes = 256 << 10
	transport.HTTP2 = &http.HTTP2Config{MaxReceiveBufferPerStream: http2Buffer}
	c := &Client{
		product: o.Product, codes: o.Codes, endpoint: o.Endpoint, userAgent: o.UserAgent, timeout: o.RequestTimeout, maxRetries: o.MaxRetries,
		bodyLimit: bodyLimit, semaphore: make(chan struct{}, o.MaxConcurrent), largeBodySemaphore: make(chan struct{}, largeBodies), logger: o.Logger, redactor: hidden,
		http: &http.Client{
			Transport: transport,
			// A redirect would carry the token to another place; it is answered as an error instead.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	c.tokens = newTokenSource(o)
	return c, nil
}

// Do sends a call with the account's token and decodes the answer into Out. Any 2xx is success: the documents and
// the appliances disagree about which. A 401 leads to one refresh of the token, then to
// one login, then to a *LoginError. Other errors: *APIError, *TransportError.
func (c *Client) Do(ctx context.Context, r Request) (int, error) {
	call, err := newCall(r)
	if err != nil {
		return 0, err
	}
	c.redactor.add(r.Mask...)
	if r.Anonymous {
		return c.send(ctx, call, "")
	}
	var rejected *cachedToken
	for {
		granted, err := c.tokens.get(ctx, rejected)
		if err != nil {
			return 0, err
		}
		status, err := c.send(ctx, call, granted.Access)
		if !errors.Is(err, ErrUnauthorized) {
			return status, err
		}
		if granted.static || rejected != nil && !granted.refreshed {
			return status, &AuthError{Product: c.product, Account: c.tokens.account, Token: granted.static, Err: err}
		}
		rejected = granted
	}
}

// Sanitize makes a text of the server's fit for a diagnostic: one line, bounded, without the secrets that the client knows.
func (c *Client) Sanitize(text string) string { return c.redactor.sanitize(text) }

// CloseIdleConnections lets go of the connections that no call uses.
func (c *Client) CloseIdleConnections() { c.http.CloseIdleConnections() }

// call is a Request made ready to be sent, maybe several times.
type call struct {
	Request
	id          string
	body        []byte
	contentType string
	safe        bool // it changes nothing on the server, so it may be sent again after a lost response
}

func newCall(r Request) (*call, error) {
	c := &call{Request: r, safe: r.Idempotent || r.Method == http.MethodGet || r.Method == http.MethodHead}
	id := make([]byte, 8)
	_, _ = rand.Read(id)
	c.id = hex.EncodeToString(id)
	switch {
	case r.Form != nil:
		c.body, c.contentType = []byte(r.Form.Encode()), "application/x-www-form-urlencoded"
	case r.Body != nil:
		body, err := json.Marshal(r.Body)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", r.Method, r.Path, err)
		}
		c.body, c.contentType = body, "application/json"
	}
	return c, nil
}

const connectionLimit = 10 // of one exchange

// ErrTimeout is the cause of a *TransportError when the time for one exchange is over.
var ErrTimeout = errors.New("the server did not respond in time")

var errTooManyConnections = fmt.Errorf("the server closed %d connections without having taken the request", connectionLimit)

// roundTrip sends the call once, in a slot of its own. Besides the status and the error it returns how long the
// server asked to wait before the next attempt.
func (c *Client) roundTrip(ctx context.Context, call *call, token Secret, attempt int) (status int, wait time.Duration, err error) {
	select {
	case c.semaphore <- struct{}{}:
		defer func() { <-c.semaphore }()
	case <-ctx.Done():
	}
	if ctx.Err() != nil { // also with a free slot nothing is sent any more
		return 0, 0, &TransportError{Product: c.product, Host: c.endpoint.Host, Method: call.Method, Path: call.Path, RequestID: call.id, Err: &messageError{reasonOf(context.Cause(ctx)), context.Cause(ctx)}}
	}
	started := time.Now()
	defer func() { c.log(ctx, call, attempt, status, time.Since(started), err) }()

	if !call.safe {
		var cancel context.CancelFunc
		ctx, cancel = withCancelGracePeriod(ctx)
		defer cancel()
	}
	timeout := call.Timeout
	if timeout == 0 {
		timeout = c.timeout
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	limit := func(timeout time.Duration) (stop func() bool) {
		return time.AfterFunc(timeout, func() { cancel(fmt.Errorf("%w (%s)", ErrTimeout, timeout)) }).Stop
	}
	if timeout > 0 {
		defer limit(timeout)()
	}
	traced, sent := traceRequest(ctx, cancel)
	transportError := func(err error) error {
		switch cause := context.Cause(ctx); cause {
		case nil:
		case context.DeadlineExceeded, context.Canceled: //nolint:errorlint // these two alone: a cause that wraps them has words of its own
			err = &messageError{reasonOf(cause), cause}
		default:
			err = cause
		}
		return &TransportError{Product: c.product, Host: c.endpoint.Host, Proxy: c.proxyHost(), Method: call.Method, Path: call.Path, RequestID: call.id, Sent: sent.Load(), Err: err, safe: call.safe}
	}
	resp, err := c.http.Do(c.newRequest(traced, call, token))
	if err != nil {
		return 0, 0, transportError(c.reason(err))
	}
	defer resp.Body.Close()
	if timeout < 0 { // however long the work took, its answer has begun
		defer limit(c.timeout)()
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return resp.StatusCode, retryAfter(resp.Header), c.apiError(call, resp)
	}
	if err := c.decode(ctx, call, resp); err != nil {
		return resp.StatusCode, 0, transportError(err)
	}
	return resp.StatusCode, 0, nil
}

// traceRequest returns a context that records in sent whether a part of the request may have left, and that stops an attempt which needs
// too many connections.
func traceRequest(ctx context.Context, stop context.CancelCauseFunc) (watched context.Context, sent *atomic.Bool) {
	sent = &atomic.Bool{}
	var tries atomic.Int32
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		// From its first header field on, a request may have left. WroteHeaders would be too late: with HTTP/2, the answer can
		// be here before it is called.
		WroteHeaderField: func(string, []string) { sent.Store(true) },
		// net/http asks again by itself, without an end, as long as each HTTP/2 connection ends before it has taken the request.
		GotConn: func(httptrace.GotConnInfo) {
			if tries.Add(1) > connectionLimit {
				stop(errTooManyConnections)
			}
		},
	}), sent
}

func (c *Client) newRequest(ctx context.Context, call *call, token Secret) *http.Request {
	target := *c.endpoint
	target.Path, target.RawPath = unescaped(call.Path), call.Path
	target.RawQuery = call.Query.Encode()
	header := call.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header.Set("Accept", "application/json")
	header.Set("User-Agent", c.userAgent)
	header.Set("X-Request-Id", call.id)
	if token != "" {
		header.Set("Authorization", "Bearer "+token.Reveal())
	}
	r := (&http.Request{Method: call.Method, URL: &target, Host: target.Host, Header: header}).WithContext(ctx)
	if call.contentType != "" {
		header.Set("Content-Type", call.contentType)
		r.ContentLength = int64(len(call.body))
		r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(call.body)), nil }
		r.Body, _ = r.GetBody()
	}
	return r
}

func unescaped(path string) string {
	if plain, err := url.PathUnescape(path); err == nil {
		return plain
	}
	return path
}

// reason words an error of net/http.
func (c *Client) reason(err error) error {
	if refused := certificateError(err); refused != nil {
		refused.Reason = c.redactor.sanitize(refused.Reason)
		return refused
	}
	return &messageError{c.redactor.sanitize(reasonOf(err)), err}
}

// proxyHost is the HTTP proxy between this machine and the server; empty: none.
func (c *Client) proxyHost() string {
	transport, ok := c.http.Transport.(*http.Transport)
	if !ok || transport.Proxy == nil {
		return ""
	}
	if proxy, err := transport.Proxy(&http.Request{URL: c.endpoint}); err == nil && proxy != nil {
		return proxy.Host
	}
	return ""
}

func (c *Client) apiError(call *call, resp *http.Response) error {
	e := &APIError{
		Product: c.product, Host: c.endpoint.Host, Method: call.Method, Path: call.Path, Status: resp.StatusCode, RequestID: call.id,
		RetryAfter: resp.Header.Get("Retry-After") != "", safe: call.safe,
	}
	if location := resp.Header.Get("Location"); location != "" && resp.StatusCode < 400 {
		e.Message = "a redirect, which is not followed because it would send the credentials to another address"
		if target, err := url.Parse(location); err == nil && target.Host != "" {
			e.Message += "; its target is " + c.redactor.sanitize(target.Scheme+"://"+target.Host)
		}
		return e
	}
	if resp.StatusCode < 200 {
		return e // a switch of protocols: what follows is no body, and no time-out would end it
	}
	body, _ := io.ReadAll(io.LimitReader(resp.Body, errorBodyLimit))
	e.describe(mediaType(resp), body, c.redactor)
	e.Kind = c.codes[e.Code]
	return e
}
