// SPDX-License-Identifier: MPL-2.0

package contract

import (
	"regexp"
	"strings"
)

// slip is a place where a document of the vendor contradicts the vendor's own pages, what appliances were seen to do, or
// itself.
type slip struct {
	where     *regexp.Regexp // verb and path
	violation string         // a part of what the validator says
	reason    string
}

var slips = []slip{
	{
		regexp.MustCompile(`^\w+ /v\d/`), "status 401 is documented with a body",
		"Appliances were seen to refuse a token without a body.",
	},
	{
		regexp.MustCompile(`^(GET /v([678]/ServiceInstance|[345]/Proxies)|POST /v\d/token)$`), "status 404 is documented with a body",
		"So is answered for a version that is not served, of which no document speaks.",
	},
	{
		regexp.MustCompile(`^GET /api/v1/accounts/amazon$`), `accessKeys: property "defaultRegion`,
		"The document requires defaultRegionType of access keys, and declares only defaultRegion.",
	},
	{
		regexp.MustCompile(`^GET /api/v1/sessions`), `match the format "date-time"`,
		"The vendor's pages print the times of sessions without a zone (Veeam Backup for AWS 2.0, sessions).",
	},
	{
		regexp.MustCompile(`^GET /api/v1/system/time$`), `match the format "date-time"`,
		"No page prints this one; the simulator writes it like those of sessions.",
	},
}

func (s slip) covers(where, violation string) bool {
	return s.where.MatchString(where) && strings.Contains(violation, s.violation)
}
