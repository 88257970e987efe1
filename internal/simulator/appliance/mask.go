// SPDX-License-Identifier: MPL-2.0

package appliance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/url"
	"strings"
)

const masked = "***"

// secretParts are what the names of secret fields have in common, lower case
// and without underscores.
var secretParts = []string{
	"password", "passphrase", "secret", "privatekey", "accesskey", "authorization",
	"token", "assertion", "authcode", "mfacode", "certificate",
}

// notSecret are names that would match although they carry no secret.
var notSecret = map[string]bool{
	"disableantiforgerytoken": true, "tokentype": true,
}

func isSecret(name string) bool {
	name = strings.ReplaceAll(strings.ToLower(name), "_", "")
	if notSecret[name] || strings.HasSuffix(name, "thumbprint") {
		return false
	}
	for _, part := range secretParts {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// maskBody renders a request body on one line with its secrets masked. A body
// it cannot read is only measured, because it might hold secrets anywhere.
func maskBody(contentType string, body []byte) string {
	if len(body) == 0 {
		return ""
	}
	mediaType, _, _ := mime.ParseMediaType(contentType)
	switch mediaType {
	case "application/json":
		if text, ok := maskJSON(body); ok {
			return text
		}
	case "application/x-www-form-urlencoded":
		return maskForm(string(body))
	}
	return fmt.Sprintf("<%d bytes>", len(body))
}

func maskJSON(body []byte) (string, bool) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return "", false
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(maskValue(value)) != nil {
		return "", false
	}
	return strings.TrimSpace(out.String()), true
}

func maskValue(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, field := range value {
			if isSecret(name) && field != nil {
				value[name] = masked
			} else {
				value[name] = maskValue(field)
			}
		}
	case []any:
		for i := range value {
			value[i] = maskValue(value[i])
		}
	}
	return value
}

// maskForm keeps the order and the escaping of the fields.
func maskForm(form string) string {
	fields := strings.Split(form, "&")
	for i, field := range fields {
		name, value, _ := strings.Cut(field, "=")
		plain, err := url.QueryUnescape(name)
		if err != nil || (isSecret(plain) && value != "") {
			fields[i] = name + "=" + masked
		}
	}
	return strings.Map(dropControl, strings.Join(fields, "&"))
}

// dropControl keeps a hostile body from forging log lines.
func dropControl(r rune) rune {
	if r < ' ' || r == 0x7f {
		return -1
	}
	return r
}
