// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/contract"
)

// openAPIFolder holds the vendor's OpenAPI documents, which are not part of the project.
var openAPIFolder = os.Getenv("VEEAM_OPENAPI_DIR")

// contracts hold every exchange of these tests against what the vendor documents.
var contracts = contract.New(openAPIFolder)

// absences are the operations of the clients that no command of a CLI asks; the tests of package contract do.
var absences = contract.Absences{
	"POST /Proxies/CheckSshConnectionConfig": "no object of the provider uses it, the installation of a proxy checks the connection itself",
}

// reportContract writes what the checks saw into the file that VEEAM_CONTRACT_REPORT names, and tells whether a run of all
// tests saw what it should.
func reportContract() error {
	var report bytes.Buffer
	contracts.Report(&report, absences)
	if file := os.Getenv("VEEAM_CONTRACT_REPORT"); file != "" {
		if err := os.WriteFile(file, report.Bytes(), 0o600); err != nil {
			return err
		}
	}
	all := !testing.Short() && flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.skip").Value.String() == ""
	if complaints := contracts.Complaints(absences); all && openAPIFolder != "" && len(complaints) > 0 {
		return fmt.Errorf("contract checks: %q\n%s", complaints, report.String())
	}
	return nil
}
