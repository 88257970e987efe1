// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"cmp"
	"net/http"
)

// Behaviour holds what the vendor does not document, one switch each. The zero value is the likeliest appliance.
type Behaviour struct {
	// BadCredentials is the status for a wrong password, refresh token or MFA code: 401 (default) or 400.
	BadCredentials int
	// ExpiredTokenCode is the errorCode of an access token past its time: "ExpiredToken" (default) or "InvalidToken".
	ExpiredTokenCode string
	// TokenWithoutRevision lets POST /token pass without x-api-version.
	TokenWithoutRevision bool
	// UnsupportedRevision is the status for a revision that the product does not accept: 400 (default), 404 or 405.
	UnsupportedRevision int
	// DeletedRoute is the status for an operation in a revision without it: 404 (default), 400 or 405.
	DeletedRoute int
	// MalformedID is the status for an ID in the path that is no UUID: 404 (default) or 400.
	MalformedID int
	// UnknownRegion is the status for a region that does not exist in a rescan of an IAM role: 400 (default) or 404.
	UnknownRegion int
	// SecondRescan says what a rescan answers while one of the same object is running.
	SecondRescan SecondRescan
	// FreshSession says what a rescan's session looks like right after the 202.
	FreshSession FreshSession
	// FreshReads is for how many reads FreshSession holds; default 2.
	FreshReads int
	// SessionType is the type of a rescan's session; default "Task".
	SessionType string
	// RunningStopTime is how executionStopTime of a running session is written.
	RunningStopTime StopTime
	// Timestamps is how times are written.
	Timestamps Timestamps
	// Delete is the success answer of DELETE /repositories/{id}.
	Delete DeleteAnswer
	// ReusableRefreshToken keeps a refresh token valid after its use.
	ReusableRefreshToken bool
	// DefaultLimit is the page size when Limit is absent; 0 (default) means all.
	DefaultLimit int
	// Minimal makes the appliance serve the login, the list of repositories, their rescan and single sessions only, as a
	// gateway in front of one may do.
	Minimal bool
	// Sparse leaves every property out of a response that SPEC10 does not require.
	Sparse bool
}

// SecondRescan is the answer to a rescan while another one of the same kind and object runs.
type SecondRescan int

const (
	NewSession  SecondRescan = iota // 202 with a new session
	SameSession                     // 202 with the running session
	Conflict                        // 409
)

// FreshSession is the look of a session in the first reads after it was started.
type FreshSession int

const (
	FreshRunning FreshSession = iota // readable at once, Running
	FreshHidden                      // 404
	FreshQueued                      // NeverExecuted
)

// StopTime is the writing of executionStopTime while a session runs.
type StopTime int

const (
	StopTimeAbsent StopTime = iota
	StopTimeNull
	StopTimeZero // "0001-01-01T00:00:00"
)

// Timestamps is the writing of times; all are UTC.
type Timestamps int

const (
	TimestampsPlain       Timestamps = iota // 2006-01-02T15:04:05.000000
	TimestampsZoned                         // 2006-01-02T15:04:05.000000Z
	TimestampsSevenDigits                   // 2006-01-02T15:04:05.0000000
)

func (t Timestamps) layout() string {
	return [...]string{
		TimestampsPlain:       "2006-01-02T15:04:05.000000",
		TimestampsZoned:       "2006-01-02T15:04:05.000000Z",
		TimestampsSevenDigits: "2006-01-02T15:04:05.0000000",
	}[t]
}

// DeleteAnswer is the success of a delete: the specification says 200, the vendor's pages say 204.
type DeleteAnswer int

const (
	DeleteNoContent DeleteAnswer = iota // 204
	DeleteEmpty                         // 200 without a body
	DeleteObject                        // 200 with {}
)

func (b Behaviour) withDefaults() Behaviour {
	b.BadCredentials = cmp.Or(b.BadCredentials, http.StatusUnauthorized)
	b.ExpiredTokenCode = cmp.Or(b.ExpiredTokenCode, "ExpiredToken")
	b.UnsupportedRevision = cmp.Or(b.UnsupportedRevision, http.StatusBadRequest)
	b.DeletedRoute = cmp.Or(b.DeletedRoute, http.StatusNotFound)
	b.MalformedID = cmp.Or(b.MalformedID, http.StatusNotFound)
	b.UnknownRegion = cmp.Or(b.UnknownRegion, http.StatusBadRequest)
	b.FreshReads = cmp.Or(b.FreshReads, 2)
	b.SessionType = cmp.Or(b.SessionType, "Task")
	return b
}
