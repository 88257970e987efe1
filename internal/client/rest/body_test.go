// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

const testLimit = 1 << 20 // of bodies: more takes the race detector seconds

func smallBodies(c *Client) *Client {
	c.bodyLimit = testLimit
	return c
}

// endless counts what is read of a body that never ends.
type endless struct {
	pattern string
	read    int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, strings.Repeat(e.pattern, len(p)/len(e.pattern)+1))
	e.read += n
	return n, nil
}

func (*endless) Close() error { return nil }

func TestEndlessBodies(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		out    bool
		limit  int
	}{
		"success": {200, true, testLimit + 1<<20},
		"ignored": {200, false, errorBodyLimit * 2},
		"error":   {500, true, errorBodyLimit * 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body, attempts := &endless{pattern: "[1,2]"}, 0
			client := smallBodies(inMemory(t, func(*http.Request) (*http.Response, error) {
				attempts++
				return &http.Response{StatusCode: c.status, Header: http.Header{}, Body: body}, nil
			}, withToken, retries(3)))
			var out any
			request := Request{Method: http.MethodGet, Path: "/thing"}
			if c.out {
				request.Out = &out
			}
			_, err := client.Do(t.Context(), request)
			if (err == nil) != (name == "ignored") || attempts != 1 || body.read > c.limit {
				t.Errorf("%v after %d attempts and %d bytes", err, attempts, body.read)
			}
			if name == "success" && (!errors.Is(err, errTooLarge) || !contains(err.Error(), "16 MiB")) {
				t.Errorf("err = %v", err)
			}
		})
	}
}

func TestDefaultBodyLimit(t *testing.T) {
	t.Parallel()
	if c := inMemory(t, nil, withToken); c.bodyLimit != 16<<20 {
		t.Errorf("%d bytes", c.bodyLimit)
	}
}

func TestBodyAtTheLimit(t *testing.T) {
	t.Parallel()
	body := "1" + strings.Repeat(" ", testLimit-1)
	for text, tooLarge := range map[string]bool{body: false, body + " ": true} {
		c := smallBodies(inMemory(t, func(*http.Request) (*http.Response, error) { return answerOf(200, nil, text), nil }, withToken))
		var out int
		if _, err := c.Do(t.Context(), Request{Method: http.MethodGet, Path: "/thing", Out: &out}); errors.Is(err, errTooLarge) != tooLarge || (err == nil) == tooLarge {
			t.Errorf("%d bytes: %v", len(text), err)
		}
	}
}

// What is small on the wire and large in memory is bounded in memory.
func TestGzipBomb(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	zip := gzip.NewWriter(&bomb)
	zeros := make([]byte, 1<<20)
	for range 8 {
		_, _ = zip.Write(zeros)
	}
	_ = zip.Close()
	if bomb.Len() > testLimit/10 {
		t.Fatalf("%d bytes on the wire", bomb.Len())
	}
	for _, status := range []int{200, 400} {
		server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.WriteHeader(status)
			_, _ = w.Write(bomb.Bytes())
		})
		var out any
		_, err := smallBodies(clientOf(t, server, withToken)).Do(t.Context(), Request{Method: http.MethodGet, Path: "/thing", Out: &out})
		if err == nil || errors.Is(err, errTooLarge) != (status == 200) || len(err.Error()) > 1000 {
			t.Errorf("status %d: %v", status, err)
		}
	}
}

func TestHugeHeader(t *testing.T) {
	t.Parallel()
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-Big", strings.Repeat("x", 1<<20)) })
	var transport *TransportError
	if err := get(t.Context(), clientOf(t, server, withToken)); !errors.As(err, &transport) || len(err.Error()) > 1000 {
		t.Errorf("err = %v", err)
	}
}

func TestUnusableBodies(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ contentType, body, says string }{
		"HTML":             {"text/html", "<html>Log in</html>", "HTML page"},
		"HTML by its look": {"application/json", "\n <!DOCTYPE html>", "HTML page"},
		"words":            {"text/plain", "fine", "not JSON"},
		"cut JSON":         {"application/json", `{"name":"x`, "not JSON"},
		"other shape":      {"application/json", `["x"]`, "not JSON of the expected form"},
		"two values":       {"application/json", `{} {}`, "not JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			attempts := 0
			client := inMemory(t, func(r *http.Request) (*http.Response, error) {
				attempts++
				wrote(r)
				return answerOf(200, http.Header{"Content-Type": {c.contentType}}, c.body), nil
			}, withToken, retries(3))
			var out struct{ Name string }
			_, err := client.Do(t.Context(), Request{Method: http.MethodPut, Path: "/thing", Body: 1, Out: &out})
			var transport *TransportError
			if !errors.As(err, &transport) || !contains(err.Error(), c.says) || contains(err.Error(), "Log in") {
				t.Errorf("err = %v", err)
			}
			if attempts != 1 || !OutcomeUnknown(err) { // it was processed, surely: not again
				t.Errorf("%d attempts, unknown: %t", attempts, OutcomeUnknown(err))
			}
		})
	}
}

// A page instead of an answer is no success either of a call that expects no body: something else has taken it.
func TestUnexpectedPage(t *testing.T) {
	t.Parallel()
	for contentType, fails := range map[string]bool{"text/html": true, "text/plain": false} {
		client := inMemory(t, func(r *http.Request) (*http.Response, error) {
			wrote(r)
			return answerOf(200, http.Header{"Content-Type": {contentType}}, "Log in"), nil
		}, withToken, retries(3))
		_, err := client.Do(t.Context(), Request{Method: http.MethodPost, Path: "/thing"})
		if (err != nil) != fails || OutcomeUnknown(err) != fails {
			t.Errorf("%s: %v", contentType, err)
		}
	}
}

// A server may know the password from another call, and repeat it to one without an account.
func TestPasswordInAnAnonymousAnswer(t *testing.T) {
	t.Parallel()
	client := inMemory(t, func(*http.Request) (*http.Response, error) {
		return answerOf(500, http.Header{"Content-Type": {"application/json"}}, `{"message":"no canary-password today"}`), nil
	}, func(o *Options) { o.AccessToken, o.Username, o.Password, o.Login = "", "user", "canary-password", nil })
	_, err := client.Do(t.Context(), Request{Method: http.MethodGet, Path: "/thing", Anonymous: true})
	if err == nil || !contains(err.Error(), "no *** today") {
		t.Errorf("err = %v", err)
	}
}

func TestEmptyBodies(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", " \r\n", "null", "{}"} {
		c := inMemory(t, func(*http.Request) (*http.Response, error) { return answerOf(200, nil, body), nil }, withToken)
		out := struct{ Name string }{"kept"}
		if _, err := c.Do(t.Context(), Request{Method: http.MethodGet, Path: "/thing", Out: &out}); err != nil || out.Name != "kept" {
			t.Errorf("%q: %v, %+v", body, err, out)
		}
	}
}

func TestTruncatedBodyIsReadAgain(t *testing.T) {
	t.Parallel()
	attempts := 0
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		attempts++
		if attempts == 1 {
			w.Header().Set("Content-Length", "50")
		}
		_, _ = io.WriteString(w, `{"name":"it"}`)
	})
	var out struct{ Name string }
	if _, err := clientOf(t, server, withToken, retries(1)).Do(t.Context(), Request{Method: http.MethodGet, Path: "/thing", Out: &out}); err != nil || out.Name != "it" || attempts != 2 {
		t.Errorf("%v, %+v after %d attempts", err, out, attempts)
	}
	attempts = 0
	_, err := clientOf(t, server, withToken, retries(1)).Do(t.Context(), Request{Method: http.MethodPost, Path: "/thing", Out: &out})
	if err == nil || !contains(err.Error(), "truncated") || !OutcomeUnknown(err) || attempts != 1 {
		t.Errorf("%v after %d attempts", err, attempts)
	}
}
