// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/url"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	vb365api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	vbawsapi "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	vb365conn "github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
	vbawsconn "github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

var (
	vb365Version  = versionRule(vb365api.ParseVersion, vb365api.Versions())
	vbawsRevision = versionRule(vbawsapi.ParseRevision, vbawsapi.Revisions())
)

func configureVB365(ctx context.Context, config tfsdk.Config, agent string, diags *diag.Diagnostics) *vb365conn.ProviderData {
	s := newSettings(ctx, config, "vb365", diags)
	if !s.present() {
		return nil
	}
	options := s.options(agent, "4443")
	version, _ := vb365api.ParseVersion(s.version(vb365Version))
	data := &vb365conn.ProviderData{Credentials: proxyCredentials(s), ForceRemoval: s.flag("force_removal")}
	if s.unknown || s.failed() {
		return data
	}
	options.Mask = data.Credentials.Secrets()
	client, err := vb365api.New(vb365api.Config{Rest: options, Version: version})
	if err != nil {
		s.unusable(err)
		return data
	}
	data.Client = client
	return data
}

func configureVBAWS(ctx context.Context, config tfsdk.Config, agent string, diags *diag.Diagnostics) *vbawsconn.ProviderData {
	s := newSettings(ctx, config, "vbaws", diags)
	if !s.present() {
		return nil
	}
	options := s.options(agent, "11005")
	revision, _ := vbawsapi.ParseRevision(s.version(vbawsRevision))
	if s.unknown || s.failed() {
		return &vbawsconn.ProviderData{}
	}
	client, err := vbawsapi.New(vbawsapi.Config{Rest: options, Revision: revision})
	if err != nil {
		s.unusable(err)
		return &vbawsconn.ProviderData{}
	}
	return &vbawsconn.ProviderData{Client: client}
}

// options reads what both products share.
func (s *settings) options(agent, defaultPort string) rest.Options {
	o := rest.Options{
		Endpoint:       s.endpoint(defaultPort),
		TLS:            s.tls(),
		UserAgent:      agent,
		RequestTimeout: s.duration("request_timeout", time.Minute),
		MaxRetries:     s.integer("max_retries", 3, 0, 20),
		MaxConcurrent:  s.integer("max_concurrent_requests", 10, 1, 100),
		Logger:         logger{},
	}
	// What the configuration says of either way to log in keeps the environment's word on the other one out.
	if !s.configured("username", "password") {
		o.AccessToken = rest.Secret(s.token("access_token"))
	}
	if o.AccessToken == "" && !s.unknown {
		o.Username, o.Password = s.token("username"), rest.Secret(s.password("password"))
		s.require("username", o.Username)
		s.require("password", o.Password.Reveal())
	}
	return o
}

func (s *settings) endpoint(defaultPort string) *url.URL {
	text := s.token("endpoint")
	if !s.require("endpoint", text) {
		return nil
	}
	endpoint, problem := parseEndpoint(s.block, defaultPort, text)
	s.check("endpoint", problem)
	return endpoint
}

func (s *settings) tls() (o rest.TLSOptions) {
	// What the configuration says of the certificate keeps the environment out.
	s.noEnvironment = true
	inConfiguration := s.configured("ca_certificate", "ca_certificate_file", "certificate_sha256") || s.flag("insecure_skip_verify")
	s.noEnvironment = inConfiguration
	defer func() { s.noEnvironment = false }()

	given := []string{}
	authority := func(argument string, pem []byte, err error) {
		given, o.CA = append(given, argument), pem
		switch {
		case err != nil:
			s.invalid(argument, "must be a readable file: "+err.Error())
		case !x509.NewCertPool().AppendCertsFromPEM(pem):
			s.invalid(argument, "must contain a certificate in PEM format (-----BEGIN CERTIFICATE-----)")
		}
	}
	if pem := s.text("ca_certificate"); pem != "" {
		authority("ca_certificate", []byte(pem), nil)
	}
	if file := s.token("ca_certificate_file"); file != "" {
		pem, err := os.ReadFile(file)
		authority("ca_certificate_file", pem, err)
	}
	if pin := s.token("certificate_sha256"); pin != "" {
		given = append(given, "certificate_sha256")
		sum, problem := parseFingerprint(pin)
		s.check("certificate_sha256", problem)
		o.Fingerprint = sum
	}
	if s.flag("insecure_skip_verify") {
		given, o.InsecureSkipVerify = append(given, "insecure_skip_verify"), true
		s.diags.AddAttributeWarning(s.path("insecure_skip_verify"), "Certificate Is Not Verified",
			"Any machine can impersonate the server and receive the credentials. Pin the certificate with certificate_sha256 instead.")
	}
	if len(given) > 1 {
		s.invalid(given[0], fmt.Sprintf("cannot be combined: %s are given, and only one of them can decide which certificate is accepted. Remove all but one", strings.Join(given, " and ")))
	}
	return o
}

// userAgent names the provider's, the CLI's and the framework's version.
func userAgent(version, terraformVersion string) string {
	framework := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if module.Path == "github.com/hashicorp/terraform-plugin-framework" {
				framework = strings.TrimPrefix(module.Version, "v")
			}
		}
	}
	return fmt.Sprintf("terraform-provider-veeam/%s (terraform/%s; plugin-framework/%s)", version, terraformVersion, framework)
}
