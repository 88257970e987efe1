// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"strings"
)

// Machine is a host on which a proxy can be installed.
type Machine struct {
	HostName        string
	OperatingSystem string // "" is Windows
	Username        string // of a Windows machine
	Password        string
	SSH             SSHAccess // of a Linux machine
	Unreachable     bool
	// OwnedByOther: its proxy is managed by another server, a new one takes it
	// over only with attachUsedProxy.
	OwnedByOther bool
}

// SSHAccess is what opens a Linux machine: the account with its password or
// with the private key.
type SSHAccess struct {
	Account              string
	Password             string
	PrivateKeyBase64     string
	PrivateKeyPassphrase string
	Port                 int // 0 is 22
	Fingerprint          string
	PublicBase64Key      string // of the host
}

// SSHSettings is RESTSshSettingsFromClient (S8); nil is omitted or null.
type SSHSettings struct {
	Account                *string `json:"account"`
	AccountPassword        *string `json:"accountPassword"`
	Port                   *int    `json:"port"`
	ConnectionTimeout      *int    `json:"connectionTimeout"`
	PrivateKeyBase64       *string `json:"privateKeyBase64"`
	PrivateKeyPassphrase   *string `json:"privateKeyPassphrase"`
	ElevateAccountToRoot   *bool   `json:"elevateAccountToRoot"`
	AddToSudoers           *bool   `json:"addToSudoers"`
	UseSuIfSudoUnavailable *bool   `json:"UseSuIfSudoUnavailable"`
	RootPassword           *string `json:"rootPassword"`
	Fingerprint            *string `json:"fingerprint"`
	PublicBase64Key        *string `json:"publicBase64Key"`
	IgnoreFingerprintCheck *bool   `json:"ignoreFingerprintCheck"`
}

// Credentials is what the last request about a host carried; nil is omitted or
// null. The API never gives it back.
type Credentials struct {
	Operation              string // "add", "edit", "remove", "maintenance", "ssh check"
	Username               *string
	Password               *string
	SSH                    *SSHSettings
	Force                  bool // of a removal
	ServiceAccountName     *string
	ServiceAccountPassword *string
	CreateServiceAccount   bool
	InternetProxyUsername  *string
	InternetProxyPassword  *string
}

// AddMachine declares a machine, or declares it anew. Names are compared
// without case.
func (s *Simulator) AddMachine(m Machine) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.OperatingSystem == "" {
		m.OperatingSystem = Windows
	}
	s.machines[strings.ToLower(m.HostName)] = &m
}

// SetMachine changes a declared machine; an unknown name changes nothing.
func (s *Simulator) SetMachine(hostName string, change func(*Machine)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.machine(hostName); m != nil {
		change(m)
	}
}

// LastCredentials returns what the last add, edit, removal, maintenance or SSH
// check of the host carried, accepted or not.
func (s *Simulator) LastCredentials(hostName string) (Credentials, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.credentials[strings.ToLower(hostName)]
	return c, ok
}

func (s *Simulator) keep(hostName string, c Credentials) {
	s.credentials[strings.ToLower(hostName)] = c
}

func (s *Simulator) machine(hostName string) *Machine {
	return s.machines[strings.ToLower(hostName)]
}

// reachable: a machine nobody declared is, unless machines are strict.
func (s *Simulator) reachable(hostName string) bool {
	m := s.machine(hostName)
	if m == nil {
		return !s.config.StrictMachines
	}
	return !m.Unreachable
}

// refusal says why the machine does not let the credentials in, "" when it does.
func (s *Simulator) refusal(hostName string, c Credentials) string {
	if !s.reachable(hostName) {
		return "Failed to connect to " + hostName + "."
	}
	m := s.machine(hostName)
	switch {
	case m == nil:
		return ""
	case m.OperatingSystem == Linux:
		return m.SSH.refusal(c.SSH)
	case !strings.EqualFold(value(c.Username), m.Username) || value(c.Password) != m.Password:
		return "The user name or password is incorrect."
	}
	return ""
}

func (a SSHAccess) refusal(s *SSHSettings) string {
	if s == nil {
		return "SSH settings are not specified."
	}
	port := 22
	if s.Port != nil {
		port = *s.Port
	}
	wantPort := 22
	if a.Port != 0 {
		wantPort = a.Port
	}
	byPassword := value(s.AccountPassword) == a.Password && (a.Password != "" || a.PrivateKeyBase64 == "")
	byKey := a.PrivateKeyBase64 != "" && value(s.PrivateKeyBase64) == a.PrivateKeyBase64 &&
		value(s.PrivateKeyPassphrase) == a.PrivateKeyPassphrase
	switch {
	case port != wantPort:
		return "The SSH connection was refused."
	case value(s.Account) != a.Account || (!byPassword && !byKey):
		return "SSH authentication failed."
	case value(s.IgnoreFingerprintCheck):
		return ""
	case s.Fingerprint != nil && *s.Fingerprint != a.Fingerprint:
		return "The SSH fingerprint does not match."
	case value(s.PublicBase64Key) != a.PublicBase64Key:
		// S8: the key is required to verify the connection.
		return "The SSH host key cannot be verified."
	}
	return ""
}

// value is the zero value for nil.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
