// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// requiredProperties are those that SPEC10 requires of the objects of an operation, and their later spellings. The login has
// none; what it is for is kept.
var requiredProperties = map[string][]string{
	"/token":                                   {"access_token", "mfa_token"},
	"/system/version":                          {"about", "version"},
	"/system/time":                             {"utcDateTime"},
	"/repositories":                            repositoryProperties,
	"/repositories/{id}":                       repositoryProperties,
	"/repositories/{id}/rescan":                {"sessionId"},
	"/accounts/amazon":                         roleProperties,
	"/accounts/amazon/{id}":                    roleProperties,
	"/accounts/amazon/{id}/rescan":             {"sessionId"},
	"/cloudInfrastructure/regions":             {"id", "name"},
	"/cloudInfrastructure/regions/{id}":        {"id", "name"},
	"/cloudInfrastructure/buckets":             {"id", "name", "location"},
	"/cloudInfrastructure/buckets/{id}":        {"id", "name", "location"},
	"/cloudInfrastructure/buckets/rescan/{id}": {"sessionId"},
	"/virtualMachines/rescan":                  {"sessionId"},
	"/sessions":                                {"id", "type", "status", "usn"},
	"/sessions/{id}":                           {"id", "type", "status", "usn"},
	"/sessions/{id}/log":                       {"sessionId"},
}

var (
	repositoryProperties = []string{"id", "name", "description", "amazonAccountId", "IAMRoleId", "identity", "amazonStorageFolder", "enableEncryption"}
	roleProperties       = []string{"id", "name", "awsid", "awsAccountId", "description"}
)

// sparse leaves only the required properties in the body of a success: those of its object, or of each object of a list.
// SPEC10 declares no property nullable, so the others are absent rather than null.
func sparse(a answer, pattern string) answer {
	if a.body == nil || a.status > 299 {
		return a
	}
	text, err := json.Marshal(a.body)
	if err != nil {
		panic(fmt.Sprintf("vbaws: encoding an answer: %v", err))
	}
	var body map[string]any
	if json.Unmarshal(text, &body) != nil {
		return a // a page
	}
	keep := requiredProperties[pattern]
	results, isList := body["results"].([]any)
	for _, element := range results {
		trim(element, keep)
	}
	if isList {
		keep = []string{"results", "totalCount"}
	}
	trim(body, keep)
	a.body = body
	return a
}

func trim(object any, keep []string) {
	properties, _ := object.(map[string]any)
	maps.DeleteFunc(properties, func(name string, _ any) bool { return !slices.Contains(keep, name) })
}
