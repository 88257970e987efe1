// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"net/http"
	"slices"
)

// Revision is a revision of the public API, the value of the header x-api-version, for example "1.3-rev0".
type Revision string

// revisionSpec is what sets a revision apart, as far as this client goes.
type revisionSpec struct {
	revision Revision
	product  string // the appliance that introduced it
	vmRescan bool   // has POST /virtualMachines/rescan; SPEC10 lacks it, clients of 1.1-rev0 and 1.5-rev0 send it
	rescan   bool   // has POST /repositories/{id}/rescan; CL60 deleted it in 1.4-rev0
}

// revisionSpecs holds every published revision, the newest first (vendor's pages "Versioning", CL40 to CL70).
var revisionSpecs = []revisionSpec{
	{revision: "1.9-rev0", product: "11", vmRescan: true},
	{revision: "1.8-rev0", product: "10", vmRescan: true},
	{revision: "1.7-rev0", product: "9", vmRescan: true},
	{revision: "1.6-rev0", product: "8.0", vmRescan: true},
	{revision: "1.5-rev1", product: "7.0", vmRescan: true},
	{revision: "1.5-rev0", product: "7.0", vmRescan: true},
	{revision: "1.4-rev0", product: "6.0", vmRescan: true},
	{revision: "1.3-rev0", product: "5.0", vmRescan: true, rescan: true},
	{revision: "1.2-rev0", product: "4.0", vmRescan: true, rescan: true},
	{revision: "1.1-rev0", product: "3.0", vmRescan: true, rescan: true},
	{revision: "1.0-rev0", product: "2.0", rescan: true},
}

// What a *RescanUnsupportedError tells of the table.
const (
	rescanRemovedIn   = "1.4-rev0" // the first revision without the rescan
	lastRescanProduct = 7          // the last appliance that accepts a revision with it (D80:versioning)
)

// Revisions gives all known revisions, the newest first.
func Revisions() []Revision {
	all := make([]Revision, len(revisionSpecs))
	for i, d := range revisionSpecs {
		all[i] = d.revision
	}
	return all
}

// ParseRevision finds a known revision by its exact name.
func ParseRevision(name string) (Revision, bool) {
	known := slices.Contains(Revisions(), Revision(name))
	if !known {
		return "", false
	}
	return Revision(name), true
}

// HasRescan tells whether the revision has the rescan of a repository.
func (r Revision) HasRescan() bool { return r.spec().rescan }

// HasVirtualMachinesRescan tells whether the revision has the rescan of EC2 instances.
func (r Revision) HasVirtualMachinesRescan() bool { return r.spec().vmRescan }

// Product names the appliance that introduced the revision, for example "5.0".
func (r Revision) Product() string { return r.spec().product }

func (r Revision) spec() revisionSpec {
	if i := slices.IndexFunc(revisionSpecs, func(d revisionSpec) bool { return d.revision == r }); i >= 0 {
		return revisionSpecs[i]
	}
	return revisionSpec{}
}

// older gives the revisions before r, the newest first.
func (r Revision) older() []Revision {
	all := Revisions()
	return all[slices.Index(all, r)+1:]
}

func (r Revision) header() http.Header {
	return http.Header{http.CanonicalHeaderKey(revisionHeader): {string(r)}}
}

// newestRescan is the newest revision that has the rescan.
func newestRescan() Revision {
	return revisionSpecs[slices.IndexFunc(revisionSpecs, func(d revisionSpec) bool { return d.rescan })].revision
}

// oldest gives the first revision of those that in names, "" when there is none.
func oldest(in func(Revision) bool) Revision {
	all := slices.DeleteFunc(Revisions(), func(r Revision) bool { return !in(r) })
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}
