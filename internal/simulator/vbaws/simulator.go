// SPDX-License-Identifier: MPL-2.0

// Package vbaws simulates the public REST API of a Veeam Backup for AWS appliance: tokens, repositories, IAM roles,
// regions, buckets, the rescans and their sessions. It is strict where the vendor documents and switchable where the vendor is silent (Behaviour).
//
// Sources named in comments: SPEC10 is the vendor's specification of revision 1.0-rev0; Cxx the changelog of product
// x.x; D20 and D80 the reference pages of products 2.0 and 8.x.
package vbaws

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
)

// The roles of a user (SPEC10 x-veeam-authorize).
const (
	Administrator = "Portal Administrator"
	Operator      = "Portal Operator"
)

// User is an account of the portal.
type User struct {
	Password string
	Role     string // Administrator when empty
	MFA      string // the code that completes a login; "": no second factor
}

// Config of a simulated appliance.
type Config struct {
	Product         string          // one of Products; "5.0" when empty, the last one with the rescan in its own revision
	Accepts         []string        // revisions accepted; nil: what the product accepts
	Users           map[string]User // by name
	Regions         []Region        // nil: the common ones of AWS
	TokenLifetime   time.Duration   // of access tokens; 0: one hour
	RefreshLifetime time.Duration   // of refresh tokens; 0: two hours
	Session         SessionPlan     // course of the sessions that PlanNext and PlanFor say nothing about
	Behaviour       Behaviour
	Now             func() time.Time // nil: time.Now
}

// Simulator is an http.Handler that holds the state of one appliance. All methods may be called concurrently.
type Simulator struct {
	config  Config
	product product
	tokens  *appliance.Tokens

	mu           sync.Mutex
	expiries     map[string]time.Time // of the access tokens issued, to tell expired from unknown
	mfa          map[string]mfaLogin  // logins that wait for their code, by MFA token
	repositories []Repository
	roles        []IAMRole
	regions      []Region
	buckets      []Bucket
	sessions     []*session
	planned      []SessionPlan
	plannedFor   map[string][]SessionPlan // by repository or IAM role
	usn          int64
}

// New makes an appliance without repositories. An unknown product or revision panics: see Products and Revisions.
func New(c Config) *Simulator {
	s, err := newSimulator(c)
	if err != nil {
		panic(err)
	}
	return s
}

func newSimulator(c Config) (*Simulator, error) {
	p, ok := findProduct(cmp.Or(c.Product, "5.0"))
	if !ok {
		return nil, fmt.Errorf("vbaws: unknown product %q, known are %s", c.Product, strings.Join(Products(), ", "))
	}
	if c.Accepts != nil {
		p.accepts = slices.Clone(c.Accepts)
	}
	for _, revision := range p.accepts {
		if _, ok := findDialect(revision); !ok {
			return nil, fmt.Errorf("vbaws: unknown revision %q", revision)
		}
	}
	c.Behaviour = c.Behaviour.withDefaults()
	if c.Now == nil {
		c.Now = time.Now
	}
	passwords := map[string]string{}
	for name, user := range c.Users {
		passwords[name] = user.Password
	}
	s := &Simulator{
		config: c, product: p,
		tokens: appliance.NewTokens(passwords, appliance.TokenOptions{
			Lifetime:        c.TokenLifetime,
			RefreshLifetime: cmp.Or(c.RefreshLifetime, 2*time.Hour),
			OneTimeRefresh:  !c.Behaviour.ReusableRefreshToken,
			Now:             c.Now,
		}),
		expiries:   map[string]time.Time{},
		mfa:        map[string]mfaLogin{},
		plannedFor: map[string][]SessionPlan{},
	}
	if c.Regions == nil {
		for _, name := range regionNames {
			s.addRegion(Region{Name: name})
		}
	}
	for _, r := range c.Regions {
		s.addRegion(r)
	}
	return s, nil
}

// Running is a simulator on the wire.
type Running struct {
	*Simulator
	*appliance.Server
}

// Start serves a new simulator over HTTPS until Close. The name of the log lines is "vbaws" unless o says otherwise.
func Start(c Config, o appliance.Options) (*Running, error) {
	s, err := newSimulator(c)
	if err != nil {
		return nil, err
	}
	o.Name = cmp.Or(o.Name, "vbaws")
	server, err := appliance.Start(s, o)
	if err != nil {
		return nil, err
	}
	return &Running{s, server}, nil
}

// Tokens gives the token store, to revoke tokens behind the back of a client.
func (s *Simulator) Tokens() *appliance.Tokens { return s.tokens }

// Accepts names the revisions the appliance accepts, newest first.
func (s *Simulator) Accepts() []string { return slices.Clone(s.product.accepts) }

func (s *Simulator) now() time.Time { return s.config.Now().UTC() }

// randomID makes a random UUID.
func randomID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return formatUUID(b, 4)
}

// stableID makes the UUID of a thing that has a name: the same in every run.
func stableID(kind, name string) string {
	sum := sha256.Sum256([]byte(kind + "/" + name))
	return formatUUID([16]byte(sum[:16]), 8)
}

func formatUUID(b [16]byte, version byte) string {
	b[6] = b[6]&0x0f | version<<4
	b[8] = b[8]&0x3f | 0x80
	h := hex.EncodeToString(b[:])
	return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
}
