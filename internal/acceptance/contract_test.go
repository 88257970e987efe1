// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
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

// concludeContract writes the report of the checks, and tells whether a run of all tests, which all passed, saw what it should.
func concludeContract(passed bool) error {
	if err := contracts.WriteReport(os.Getenv("VEEAM_CONTRACT_REPORT"), absences); err != nil {
		return err
	}
	all := acctest.Complete() && flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.skip").Value.String() == ""
	if complaints := contracts.Complaints(absences); passed && all && openAPIFolder != "" && len(complaints) > 0 {
		return fmt.Errorf("contract checks:\n  %s", strings.Join(complaints, "\n  "))
	}
	return nil
}
