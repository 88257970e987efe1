// SPDX-License-Identifier: MPL-2.0

package main

import (
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

const usage = `Usage: veeam-simulator [options]

Serves simulated Veeam appliances over HTTPS, on this machine only, until Ctrl-C. Prints the VEEAM_... variables that
point the Terraform provider at them. In one terminal and then in another:

  veeam-simulator --log --env-file veeam.env
  . ./veeam.env && terraform plan

Appliances
  --vb365-product P      Veeam Backup for Microsoft 365: 3.0, 4.0, 5.0, 6.0, 7, 8 or none (default 8)
  --vbaws-product P      Veeam Backup for AWS: 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9, 10, 11 or none (default 5.0);
                         8.0 and later have no repository rescan
  --vb365-listen A       loopback address and port (default 127.0.0.1:0, a free port)
  --vbaws-listen A       the same for Veeam Backup for AWS
  --user NAME            account of both (default terraform)
  --password TEXT        its password (default: a new one at every start)
  --vbaws-operator       the account is a Portal Operator of Veeam Backup for AWS, not a Portal Administrator
  --vbaws-minimal        Veeam Backup for AWS serves the login, the list of repositories, their rescan and single
                         sessions only
  --vb365-sparse         objects of Microsoft 365 lack all but their IDs and names, or have null where the
                         vendor's documents allow it
  --vbaws-sparse         responses of Veeam Backup for AWS lack every optional property
  --token-lifetime D     of access tokens (default 1h)
  --certificate F        what is wrong with the certificates of both: expired, not-yet-valid or other-name
                         (default: nothing)

What they have
  --proxies N            registered backup proxies (default 4), besides the default proxy "localhost".
                         Number n is 36500000-0000-4000-8000-00000000000n, branch-n.example.com;
                         number 2 is offline until it is rescanned, number 3 is in use, number 4 is in a proxy pool
  --repositories N       backup repositories of each product (default 2).
                         For Microsoft 365 number n is 36510000-0000-4000-8000-00000000000n, "Archive n", on object
                         storage and out of sync; number 2 is not on object storage and cannot be synchronized.
                         For AWS number n is a3500000-0000-4000-8000-00000000000n, "archive-n"
  --roles N              IAM roles of Veeam Backup for AWS (default 2).
                         Number n is a3510000-0000-4000-8000-00000000000n, "Backup Role n"; number 2 is in another AWS
                         account.
                         There are five regions, a3520000-0000-4000-8000-00000000000n: 1 us-east-1, 2 us-west-2,
                         3 eu-central-1, 4 eu-west-1, 5 ap-southeast-2
  --strict               only the machines of the registered proxies and those of --machine exist, and only the
                         proxy account opens them. Without it every host name and every account will do
  --machine HOST         a machine that only the proxy account opens (repeatable)
  --proxy-user NAME      the proxy account (default EXAMPLE\proxy-admin)
  --proxy-password TEXT  its password (default: a new one at every start)

What they do
  --rescan-duration D    until a rescanned proxy shows its new status (default 2s)
  --session-duration D   of the rescans for AWS and of synchronizations for Microsoft 365 (default 2s); with 0 the first
                         read finds them ended
  --session-outcome S    Succeeded (default), Warning, Failed or Canceled; Running and NeverExecuted never end.
                         A canceled synchronization leaves its repository out of sync
  --fault METHOD:PATH:SETTINGS
                         disturb the requests that match (repeatable). "*" is any method, and in a path any segment or,
                         alone, any path. SETTINGS are separated by commas:
                           status=N        answer this status instead        latency=D      wait first
                           html            ... with an HTML page             drop=before    cut before processing
                           retry-after=N   ... with Retry-After: N           drop=after     cut after processing
                           skip=N          let the first N pass              truncate=N     cut the body after N bytes
                           times=N         then hit only N                   endless        a body without an end
                           stall           send half of the body, then nothing until the client gives up
                           body=JSON       ... with this JSON; the last setting, since it may contain commas
                         Examples: --fault 'POST:/v8/Proxies:status=503,times=2,latency=2s'
                                   --fault 'GET:/v8/*:status=403,body={"message":"Access is denied."}'

Output
  --ca-file FILE         where to write the certificate of the authority (default: a file that is removed at the end)
  --env-file FILE        also write the variables to this file; it appears once the appliances answer. A name that ends
                         in .ps1 makes it a PowerShell script: . .\veeam.ps1
  --log                  show each request as it comes, without secrets
  --log-file FILE        append the requests to this file
  --version              print the version
  --help                 this text

D is a duration such as 500ms, 2s or 1m30s.
`

const none = "none"

// maxSeeds bounds the numbers of things: they end the seeded IDs.
const maxSeeds = 10_000

var (
	vb365Products = []string{"3.0", "4.0", "5.0", "6.0", "7", "8"}
	flaws         = []string{string(appliance.Expired), string(appliance.NotYetValid), string(appliance.OtherName)}
	outcomes      = []string{
		vbaws.StatusSucceeded, vbaws.StatusWarning, vbaws.StatusFailed, vbaws.StatusCanceled, vbaws.StatusRunning,
		vbaws.StatusNeverExecuted,
	}
)

type options struct {
	vb365Product, vbawsProduct string
	vb365Listen, vbawsListen   string
	user, password             string
	operator, minimal, sparse  bool
	vb365Sparse                bool
	tokenLifetime              time.Duration
	certificate                string

	proxies, repositories    int
	roles                    int
	strict                   bool
	machines                 []string
	proxyUser, proxyPassword string

	rescanDuration, sessionDuration time.Duration
	sessionOutcome                  string
	faults                          []appliance.Fault

	caFile, envFile, logFile string
	log, version             bool
}

// parseOptions reads and checks the command line; flag.ErrHelp when help was asked for.
func parseOptions(args []string) (options, error) {
	var o options
	flags := o.flagSet()
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return o, o.check()
}

func (o *options) flagSet() *flag.FlagSet {
	f := flag.NewFlagSet("veeam-simulator", flag.ContinueOnError)
	f.SetOutput(io.Discard) // run prints errors and the usage
	f.StringVar(&o.vb365Product, "vb365-product", "8", "")
	f.StringVar(&o.vbawsProduct, "vbaws-product", "5.0", "")
	f.StringVar(&o.vb365Listen, "vb365-listen", "127.0.0.1:0", "")
	f.StringVar(&o.vbawsListen, "vbaws-listen", "127.0.0.1:0", "")
	f.StringVar(&o.user, "user", "terraform", "")
	f.StringVar(&o.password, "password", rand.Text(), "")
	f.BoolVar(&o.operator, "vbaws-operator", false, "")
	f.BoolVar(&o.minimal, "vbaws-minimal", false, "")
	f.BoolVar(&o.vb365Sparse, "vb365-sparse", false, "")
	f.BoolVar(&o.sparse, "vbaws-sparse", false, "")
	f.DurationVar(&o.tokenLifetime, "token-lifetime", time.Hour, "")
	f.StringVar(&o.certificate, "certificate", "", "")

	f.IntVar(&o.proxies, "proxies", 4, "")
	f.IntVar(&o.repositories, "repositories", 2, "")
	f.IntVar(&o.roles, "roles", 2, "")
	f.BoolVar(&o.strict, "strict", false, "")
	f.Func("machine", "", func(host string) error {
		o.machines = append(o.machines, host)
		return nil
	})
	f.StringVar(&o.proxyUser, "proxy-user", `EXAMPLE\proxy-admin`, "")
	f.StringVar(&o.proxyPassword, "proxy-password", rand.Text(), "")

	f.DurationVar(&o.rescanDuration, "rescan-duration", 2*time.Second, "")
	f.DurationVar(&o.sessionDuration, "session-duration", 2*time.Second, "")
	f.StringVar(&o.sessionOutcome, "session-outcome", vbaws.StatusSucceeded, "")
	f.Func("fault", "", func(text string) error {
		fault, err := parseFault(text)
		o.faults = append(o.faults, fault)
		return err
	})

	f.StringVar(&o.caFile, "ca-file", "", "")
	f.StringVar(&o.envFile, "env-file", "", "")
	f.BoolVar(&o.log, "log", false, "")
	f.StringVar(&o.logFile, "log-file", "", "")
	f.BoolVar(&o.version, "version", false, "")
	return f
}

func (o *options) check() error {
	if o.vb365Product == "" {
		o.vb365Product = none
	}
	if o.vbawsProduct == "" {
		o.vbawsProduct = none
	}
	if o.vb365Product == none && o.vbawsProduct == none {
		return errors.New("both products are left out")
	}
	if err := oneOf("vb365-product", o.vb365Product, append(slices.Clone(vb365Products), none)); err != nil {
		return err
	}
	if err := oneOf("vbaws-product", o.vbawsProduct, append(vbaws.Products(), none)); err != nil {
		return err
	}
	if err := oneOf("session-outcome", o.sessionOutcome, outcomes); err != nil {
		return err
	}
	if o.certificate != "" {
		if err := oneOf("certificate", o.certificate, flaws); err != nil {
			return err
		}
	}
	for name, address := range map[string]string{"vb365-listen": o.vb365Listen, "vbaws-listen": o.vbawsListen} {
		if err := loopback(address); err != nil {
			return fmt.Errorf("--%s: %w", name, err)
		}
	}
	for name, text := range map[string]string{
		"user": o.user, "password": o.password, "proxy-user": o.proxyUser, "proxy-password": o.proxyPassword,
	} {
		if text == "" {
			return fmt.Errorf("--%s is empty", name)
		}
	}
	for name, n := range map[string]int{"proxies": o.proxies, "repositories": o.repositories, "roles": o.roles} {
		if n < 0 || n > maxSeeds {
			return fmt.Errorf("--%s is a number from 0 to %d", name, maxSeeds)
		}
	}
	for name, d := range map[string]time.Duration{
		"token-lifetime": o.tokenLifetime - 1, "rescan-duration": o.rescanDuration, "session-duration": o.sessionDuration,
	} {
		if d < 0 {
			return fmt.Errorf("--%s is too short", name)
		}
	}
	return nil
}

func oneOf(name, value string, allowed []string) error {
	if !slices.Contains(allowed, value) {
		return fmt.Errorf("--%s is one of %s, not %q", name, strings.Join(allowed, ", "), value)
	}
	return nil
}

// loopback refuses what other machines could reach: a simulator believes everybody.
func loopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("%q is not an address and a port", address)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("%q is not on the loopback interface, such as 127.0.0.1:0", address)
	}
	return nil
}
