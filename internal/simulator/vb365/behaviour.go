// SPDX-License-Identifier: MPL-2.0

package vb365

// Behaviour decides what the vendor does not document. Its zero value holds
// the likeliest answers. A status of 0 is the default of the API version, and
// a status is heeded only by the versions named.
type Behaviour struct {
	// UnknownID is the status for an ID that nothing has, v3 to v7: 404, 400 or 500.
	UnknownID int
	// LoginErrors is the style in which the token endpoint fails: OAuth (the
	// default of v3 to v5) or Message (the default from v6).
	LoginErrors ErrorStyle
	// DeadRefresh is the status for a refresh token that is not valid: 400 or 401.
	DeadRefresh int
	// Duplicate is the status of adding a registered host, or one that another
	// server owns: 500 (v3 to v7), 409 (v8) or 400.
	Duplicate int
	// Refused is the status of refusing the removal of a proxy in use, the
	// default proxy or an offline proxy: 500 (v3 to v7), 409 (v8) or 400.
	Refused int
	// Delete is the status of DELETE /Proxies/{id}: 405 or 404; 200 makes v3
	// and v4 of the products 3.0 and 4.0 delete the proxy.
	Delete int
	// Add is the success of POST /Proxies, v3 to v5: 201 or 200.
	Add int
	// RejectOtherHostName refuses an edit with another host name with 400
	// instead of ignoring the name.
	RejectOtherHostName bool
	// ClampLimit treats a page limit above 10,000 as 10,000 instead of 400.
	ClampLimit bool
	// NextLinksOfV7 gives the next links of v8 pages the prefix /v7/, as seen
	// on a live server.
	NextLinksOfV7 bool
	// StandaloneMaintenance accepts maintenance of a proxy outside a pool
	// without an effect, 204 instead of 400.
	StandaloneMaintenance bool
	// OfflineInMaintenance shows the status Offline for a proxy in maintenance.
	OfflineInMaintenance bool
	// ReusableRefresh lets refresh tokens of v8 be used again.
	ReusableRefresh bool
	// OfflineViewFails answers a get with extendedView=true of an offline proxy
	// (v5 to v7) with ProxyOffline instead of the object without details.
	OfflineViewFails bool
	// IgnoreAntiforgery does not ask for the antiforgery cookie of tokens
	// requested without disable_antiforgery_token (v7, v8). Reads never do.
	IgnoreAntiforgery bool
	// ForceChecksCredentials has a removal with force check the credentials of
	// the machine.
	ForceChecksCredentials bool
	// KeepDefault refuses the removal of the default proxy even with force.
	KeepDefault bool
	// KeepPoolMembers refuses the removal of a proxy that is in a pool.
	KeepPoolMembers bool
	// PoolPutAppends adds the proxies of PUT /ProxyPools/{id} to the pool
	// instead of replacing its members.
	PoolPutAppends bool
	// PoolDeleteKeepsOwners deletes a pool that owns repositories.
	PoolDeleteKeepsOwners bool
	// HideRemoved leaves a proxy out of lists as soon as its removal is
	// accepted, although a get by ID still shows it.
	HideRemoved bool
	// AnyCaseFields matches the property names of request bodies without case.
	AnyCaseFields bool
	// NoStorage is the status of synchronizing a repository without object
	// storage: 500 (v4 to v7), 400 (v8) or 409.
	NoStorage int
	// RefuseSecondSync refuses, with the status of Refused, to synchronize a
	// repository that is being synchronized, instead of answering the session
	// that runs.
	RefuseSecondSync bool
	// OmitSyncSessionID leaves the ID out of a single synchronization session
	// of v4 to v6, as the vendor's pages print it.
	OmitSyncSessionID bool
	// QuotedNumbers answers the numbers and booleans of objects, and
	// expires_in, as strings, as some of the vendor's examples have them.
	QuotedNumbers bool
	// Sparse leaves out every property of an object that is not needed to
	// recognize it, and answers null where the documents allow that.
	Sparse bool
	// OmitInternetProxySettings leaves that block out of proxies of v3 to v5.
	OmitInternetProxySettings bool
	// ServiceInstanceInAll serves GET ServiceInstance before v6, too.
	ServiceInstanceInAll bool
}

// ErrorStyle is the shape of an error of the token endpoint.
type ErrorStyle string

const (
	// OAuth is {"error": …, "error_description": …}.
	OAuth ErrorStyle = "oauth"
	// Message is {"message": …}.
	Message ErrorStyle = "message"
)

// status applies the switches to the status of a failure.
func (b Behaviour) status(d *dialect, f failure) int {
	option := map[failure]int{
		unknownID: b.UnknownID, duplicateHost: b.Duplicate, refused: b.Refused, offline: b.Refused,
		noStorage: b.NoStorage,
	}[f]
	return d.failures[f].or(option)
}
