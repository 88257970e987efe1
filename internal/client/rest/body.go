// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"bytes"
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
	bodyLimit      = 64 << 20 // of an answer, unpacked; a list of 10,000 proxies has about 8 MiB
	errorBodyLimit = 64 << 10
)

var (
	errTooLarge = fmt.Errorf("the answer is larger than %d MiB", bodyLimit>>20)
	errNotJSON  = errors.New("the answer is no JSON")
)

// unusable tells that a whole answer came which asking again would not make better.
func unusable(err error) bool {
	return slices.ContainsFunc([]error{errTooLarge, errNotJSON}, func(known error) bool { return errors.Is(err, known) })
}

// decode reads the answer of a successful call.
func (c *Client) decode(call *call, resp *http.Response) error {
	if call.Out == nil {
		_, _ = io.CopyN(io.Discard, resp.Body, errorBodyLimit) // a connection with an unread body is not used again
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, c.bodyLimit+1))
	if err != nil {
		return c.veil.quote(fmt.Errorf("the answer broke off: %w", err))
	}
	if int64(len(body)) > c.bodyLimit {
		return errTooLarge
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	// Decoded by status, not by media type: VBAWS labels successes application/problem+json (SPEC10), VB365 "*/*".
	err = json.Unmarshal(body, call.Out)
	switch {
	case err == nil:
		return nil
	case isHTML(mediaType(resp), body):
		return fmt.Errorf("%w but an HTML page; is the endpoint's port that of the REST API?", errNotJSON)
	}
	return fmt.Errorf("%w of the expected form: %s", errNotJSON, c.veil.tidy(err.Error()))
}

func mediaType(resp *http.Response) string {
	media, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	return media
}
