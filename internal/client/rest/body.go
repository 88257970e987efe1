// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
)

// What a server can make this process read and keep is bounded, whatever it sends.
const (
	bodyLimit      = 16 << 20 // of an answer, unpacked; a list of 10,000 proxies has about 8 MiB
	largeBody      = 1 << 20
	largeBodies    = 2 // larger than that and in memory at the same time
	errorBodyLimit = 64 << 10
	http2Buffer    = 256 << 10 // that came before it was decoded; the default is 4 MiB
)

var (
	errTooLarge = fmt.Errorf("the response is larger than %d MiB", bodyLimit>>20)
	errNotJSON  = errors.New("the response is not JSON")
	errMismatch = errors.New("the response does not match the request")
	errHTML     = fmt.Errorf("%w but an HTML page; is the endpoint's port that of the REST API?", errNotJSON)
)

// isPermanent tells that a whole answer came which asking again would not make better.
func isPermanent(err error) bool {
	return slices.ContainsFunc([]error{errTooLarge, errWhiteSpace, errNotJSON, errTooLong, errListLarge, errMismatch}, func(known error) bool { return errors.Is(err, known) })
}

// decode reads the response of a successful call and validates it.
func (c *Client) decode(ctx context.Context, call *call, resp *http.Response) error {
	if err := c.decodeBody(ctx, call, resp); err != nil || call.Check == nil {
		return err
	}
	if err := call.Check(); err != nil {
		return c.redactor.sanitizedError(fmt.Errorf("%w: %w", errMismatch, err))
	}
	return nil
}

func (c *Client) decodeBody(ctx context.Context, call *call, resp *http.Response) error {
	if call.Stream != nil {
		return c.decodeStream(call, resp)
	}
	if call.Out == nil {
		start, _ := io.ReadAll(io.LimitReader(resp.Body, errorBodyLimit)) // a connection with an unread body is not used again
		if isHTML(mediaType(resp), start) {
			return errHTML
		}
		return nil
	}
	body, release, err := c.read(ctx, resp.Body)
	defer release()
	if err != nil {
		return c.broken(err)
	}
	if int64(len(body)) > c.bodyLimit {
		return errTooLarge
	}
	if err := call.Pages.read(len(body)); err != nil || len(bytes.TrimSpace(body)) == 0 {
		return err
	}
	// Decoded by status, not by media type: VBAWS labels successes application/problem+json (SPEC10), VB365 "*/*".
	if err := json.Unmarshal(body, call.Out); err != nil {
		return c.decodeError(resp, body, err)
	}
	return nil
}

// decodeError says why a whole answer cannot be used.
func (c *Client) decodeError(resp *http.Response, body []byte, err error) error {
	switch {
	case errors.Is(err, errTooLong):
		return errTooLong
	case isHTML(mediaType(resp), body):
		return errHTML
	}
	return fmt.Errorf("%w of the expected form: %s", errNotJSON, c.redactor.sanitize(jsonReason(err)))
}

// broken is the error of a response that ended before its end.
func (c *Client) broken(err error) error {
	return &messageError{"response truncated: " + c.redactor.sanitize(reasonOf(err)), err}
}

// read reads a body up to one byte beyond the limit. Of large ones few are read at the same time: many calls may be under
// way, and each answer takes its size several times over until it is decoded.
func (c *Client) read(ctx context.Context, from io.Reader) (body []byte, release func(), err error) {
	var buffer bytes.Buffer
	release = func() {}
	_, err = io.CopyN(&buffer, from, min(largeBody, c.bodyLimit+1))
	switch {
	case errors.Is(err, io.EOF):
		return buffer.Bytes(), release, nil
	case err != nil:
		return nil, release, err
	}
	select {
	case c.largeBodySemaphore <- struct{}{}:
		release = func() { <-c.largeBodySemaphore }
	case <-ctx.Done():
		return nil, release, context.Cause(ctx)
	}
	_, err = buffer.ReadFrom(io.LimitReader(from, c.bodyLimit+1-int64(buffer.Len())))
	return buffer.Bytes(), release, err
}

func mediaType(resp *http.Response) string {
	media, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	return media
}
