// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// StreamFunc decodes an answer while it comes, so that a list of thousands is never in memory as text. An attempt that
// failed in its middle is followed by another call from the beginning.
type StreamFunc func(*json.Decoder) error

// A decoder scans all white space since the last token again whenever more of it arrives. No server sends so much.
const whiteSpaceLimit = 256 << 10

var errWhiteSpace = fmt.Errorf("the response has more than %d KiB of consecutive white space", whiteSpaceLimit>>10)

// boundedBody ends with errTooLarge at its limit, with errWhiteSpace at that of white space, and records why it ended.
type boundedBody struct {
	body       io.Reader
	left       int64
	whiteSpace int // in a row, at the end of what was read
	err        error
}

func (b *boundedBody) Read(p []byte) (int, error) {
	switch {
	case b.left <= 0:
		b.err = errTooLarge
		return 0, b.err
	case b.whiteSpace > whiteSpaceLimit:
		b.err = errWhiteSpace
		return 0, b.err
	}
	n, err := b.body.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	text := len(bytes.TrimRight(p[:n], " \t\r\n"))
	if text > 0 {
		b.whiteSpace = 0
	}
	b.whiteSpace += n - text
	if err != nil {
		b.err = err
	}
	return n, err
}

func (c *Client) decodeStream(call *call, resp *http.Response) error {
	body := &boundedBody{body: resp.Body, left: c.bodyLimit + 1}
	buffered := bufio.NewReader(body)
	head, _ := buffered.Peek(512) // an error comes again with the next read
	decoder := json.NewDecoder(buffered)
	err := call.Stream(decoder)
	if err == nil {
		if _, end := decoder.Token(); !errors.Is(end, io.EOF) {
			err = errors.New("there is data after its end")
		}
	}
	switch {
	case err == nil:
		return call.Pages.read(int(c.bodyLimit + 1 - body.left))
	case isPermanent(body.err):
		return body.err
	case body.err != nil && !errors.Is(body.err, io.EOF):
		return c.broken(body.err)
	}
	return c.decodeError(resp, head, err)
}
