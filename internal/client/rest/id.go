// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// UUIDPattern matches a UUID of 36 characters, in either case.
var UUIDPattern = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

// IsUUID reports whether text is a UUID of 36 characters, in either case. Both products document all IDs as such.
func IsUUID(text string) bool { return UUIDPattern.MatchString(text) }

// CheckID validates the ID in a response: it must be a UUID and, unless requested is empty, the one that was requested,
// in either case. An ID ends up in state, in paths and in commands that messages print, so nothing else is accepted.
func CheckID(requested, returned string) error {
	switch {
	case returned == "":
		return errors.New("it contains no ID")
	case !IsUUID(returned):
		return fmt.Errorf("its ID %q is not a UUID", returned[:min(len(returned), 36)])
	case requested != "" && !strings.EqualFold(requested, returned):
		return fmt.Errorf("it is about the object with ID %s", returned)
	}
	return nil
}
