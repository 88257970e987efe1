// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
)

// variable is an environment variable to export.
type variable struct{ name, value string }

// served is an appliance on the wire with what there is to say about it.
type served struct {
	title     string
	server    *appliance.Server
	contents  []string
	variables []variable
}

// serve starts the appliances, says so, and stops them when ctx ends.
func serve(ctx context.Context, o options, stdout io.Writer) error {
	out := &sharedWriter{w: stdout}
	log, closeLog, err := o.openLog(out)
	if err != nil {
		return err
	}
	defer closeLog()
	ca, err := appliance.NewCA()
	if err != nil {
		return err
	}
	var removeCA func()
	o.caFile, removeCA, err = o.writeCA(ca)
	if err != nil {
		return err
	}
	defer removeCA()

	var appliances []served
	defer func() {
		for _, a := range appliances {
			a.server.Close()
		}
	}()
	for _, start := range []func(options, appliance.Options) (served, bool, error){startVB365, startVBAWS} {
		a, wanted, err := start(o, appliance.Options{CA: ca, Log: log, Flaw: appliance.Flaw(o.certificate)})
		if err != nil {
			return err
		}
		if wanted {
			appliances = append(appliances, a)
		}
	}
	for _, a := range appliances {
		for _, fault := range o.faults {
			a.server.Inject(fault)
		}
	}
	if err := o.announce(out, appliances); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// announce prints what is served and writes the file with the variables.
func (o options) announce(out io.Writer, appliances []served) error {
	var text, exports strings.Builder
	for _, a := range appliances {
		fmt.Fprintf(&text, "# %s, %s\n", a.title, a.server.URL())
		for _, line := range a.contents {
			fmt.Fprintf(&text, "#   %s\n", line)
		}
		for _, v := range a.variables {
			fmt.Fprintf(&text, "export %s=%s\n", v.name, quote(v.value))
			exports.WriteString(o.assignment(v))
		}
	}
	text.WriteString("# Serving until Ctrl-C.\n")
	if o.envFile != "" {
		if err := writeWhole(o.envFile, []byte(exports.String())); err != nil {
			return fmt.Errorf("writing the variables: %w", err)
		}
	}
	_, err := io.WriteString(out, text.String())
	return err
}

// assignment is a line of the file with the variables: for PowerShell if its name ends in .ps1, otherwise for a POSIX shell.
func (o options) assignment(v variable) string {
	if strings.EqualFold(filepath.Ext(o.envFile), ".ps1") {
		return fmt.Sprintf("$env:%s = '%s'\n", v.name, strings.ReplaceAll(v.value, "'", "''"))
	}
	return fmt.Sprintf("export %s=%s\n", v.name, quote(v.value))
}

// quote makes a word that a POSIX shell reads back as it is.
func quote(value string) string {
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}

// openLog gives the writer of the request log, nil when none is wanted.
func (o options) openLog(out io.Writer) (log io.Writer, closeLog func(), err error) {
	var writers []io.Writer
	closeLog = func() {}
	if o.log {
		writers = append(writers, out)
	}
	if o.logFile != "" {
		file, err := os.OpenFile(o.logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, nil, fmt.Errorf("opening the log: %w", err)
		}
		closeLog = func() { _ = file.Close() } // every line was written at once
		writers = append(writers, file)
	}
	if writers == nil {
		return nil, closeLog, nil
	}
	return &sharedWriter{w: io.MultiWriter(writers...)}, closeLog, nil
}

// writeCA writes the certificate of the authority to the file asked for, or to one that remove takes away.
func (o options) writeCA(ca *appliance.CA) (file string, remove func(), err error) {
	file, remove = o.caFile, func() {}
	if file == "" {
		folder, err := os.MkdirTemp("", "veeam-simulator-")
		if err != nil {
			return "", nil, fmt.Errorf("making a folder for the CA certificate: %w", err)
		}
		file, remove = filepath.Join(folder, "ca.pem"), func() { _ = os.RemoveAll(folder) }
	}
	// The variables have to be right in any folder.
	if file, err = filepath.Abs(file); err == nil {
		err = writeWhole(file, ca.PEM())
	}
	if err != nil {
		remove()
		return "", nil, fmt.Errorf("writing the CA certificate: %w", err)
	}
	return file, remove, nil
}

// writeWhole lets nobody see half a file.
func writeWhole(file string, content []byte) error {
	draft, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	_, err = draft.Write(content)
	if closeErr := draft.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(draft.Name(), file)
	}
	if err != nil {
		_ = os.Remove(draft.Name()) // the first error counts
	}
	return err
}

// sharedWriter lets both appliances write to one place, a line at a time.
type sharedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (s *sharedWriter) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.w.Write(p)
}
