// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// journal is the request log of the appliances.
type journal struct {
	mu      sync.Mutex
	content []byte
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.content = append(j.content, p...)
	return len(p), nil
}

// take gives the log so far and empties it.
func (j *journal) take() []byte {
	j.mu.Lock()
	defer j.mu.Unlock()
	content := j.content
	j.content = nil
	return content
}

// spellings are the ways in which a secret may stand in a file, a log or a message.
func spellings(secret string) []string {
	asJSON, _ := json.Marshal(secret)
	var plain bytes.Buffer
	encoder := json.NewEncoder(&plain)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(secret)
	all := []string{
		secret, strings.Trim(string(asJSON), `"`), strings.Trim(strings.TrimSpace(plain.String()), `"`), strings.Trim(fmt.Sprintf("%q", secret), `"`),
		url.QueryEscape(secret), url.PathEscape(secret), html.EscapeString(secret),
		hex.EncodeToString([]byte(secret)), strings.ToUpper(hex.EncodeToString([]byte(secret))),
	}
	// What Base64 makes of it depends on its place in what is encoded, for example behind a user name; the characters at its
	// ends also on its neighbours.
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for before := range 3 {
			encoded := encoding.EncodeToString(append(make([]byte, before), secret...))
			all = append(all, encoded[(before*8+5)/6:len(encoded)-1])
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func TestSpellings(t *testing.T) {
	t.Parallel()
	const secret = `canary-"<&>\'+ü/`
	for _, text := range []string{
		"x" + secret + "x", fmt.Sprintf("%q", []string{secret}), url.Values{"password": {secret}}.Encode(), "/" + url.PathEscape(secret), html.EscapeString(secret),
		base64.StdEncoding.EncodeToString([]byte("user:" + secret)), base64.StdEncoding.EncodeToString([]byte("users:" + secret + ":x")),
		base64.URLEncoding.EncodeToString([]byte(`{"password":"` + secret + `"}`)), fmt.Sprintf("%x", secret), fmt.Sprintf("%X", "user:"+secret),
	} {
		if !slices.ContainsFunc(spellings(secret), func(spelled string) bool { return strings.Contains(text, spelled) }) {
			t.Errorf("the secret is not found in %s", text)
		}
	}
}

// lookForSecrets searches the output, the state with its backups, saved plans, the trace log, and what the appliances log.
func (w *world) lookForSecrets(command string, output []byte) {
	w.Helper()
	secrets := slices.Concat([]string{loginPassword, proxyPassword}, w.secrets, w.vb365.Tokens().Secrets(), w.vbaws.Tokens().Secrets())
	spelled := map[string][]string{}
	for _, secret := range secrets {
		spelled[secret] = spellings(secret)
	}
	look := func(place string, content []byte) {
		for secret, all := range spelled {
			for _, spelled := range all {
				if bytes.Contains(content, []byte(spelled)) {
					w.Errorf("%q: the secret %.12q… stands in %s", command, secret, place)
				}
			}
		}
	}
	look("the output", output)
	look("the log of the appliances", w.journal.take())
	files, _ := filepath.Glob(filepath.Join(w.dir, "*"))
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil || strings.HasSuffix(file, ".tf") {
			continue
		}
		look(filepath.Base(file), content)
		if archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content))); err == nil {
			for _, member := range archive.File {
				if reader, err := member.Open(); err == nil && !strings.HasPrefix(member.Name, "tfconfig/") {
					content, _ := io.ReadAll(reader)
					look(filepath.Base(file)+":"+member.Name, content)
				}
			}
		}
	}
	_ = os.Truncate(filepath.Join(w.dir, "trace.log"), 0)
}
