// SPDX-License-Identifier: MPL-2.0

package vb365

import "slices"

// sparsity is what a sparse response keeps of an object, and which other
// properties are null instead of missing.
type sparsity struct{ keep, nullable []string }

// The documents require no property of these objects (S6 to S8), but without
// an ID or a name nothing could be recognized. Nullable is what the documents
// of v6 to v8 mark so.
var (
	sparseProxy = sparsity{
		keep: []string{"id", "hostName"},
		nullable: []string{
			"port", "threadsNumber", "enableNetworkThrottling", "throttlingValue", "throttlingUnit", "useInternetProxy", "internetProxyType",
			"proxyPoolId", "cpuUsagePercent", "memoryUsagePercent", "version", "serviceAccount",
		},
	}
	sparseRepository = sparsity{
		keep: []string{"id", "name"},
		nullable: []string{
			"objectStorageEncryptionEnabled", "encryptionKeyId", "capacityBytes", "freeSpaceBytes", "retentionType", "retentionPeriodType",
			"dailyRetentionPeriod", "monthlyRetentionPeriod", "yearlyRetentionPeriod", "retentionFrequencyType", "dailyType", "monthlyDaynumber",
			"monthlyDayofweek", "proxyId", "proxyPoolId", "organizationId", "isLongTerm", "outOfOrderReason",
		},
	}
	// A session without a state would never end.
	sparseSync     = sparsity{keep: []string{"id", "state"}, nullable: []string{"repositoryId", "progressPercent"}}
	sparseInstance = sparsity{keep: []string{"version"}}
)

// shape applies the switches to the body of an object.
func (s *Simulator) shape(body map[string]any, sparse sparsity) map[string]any {
	if s.config.Behaviour.Sparse {
		for name := range body {
			switch {
			case slices.Contains(sparse.keep, name):
			case slices.Contains(sparse.nullable, name):
				body[name] = nil
			default:
				delete(body, name)
			}
		}
	}
	if s.config.Behaviour.QuotedNumbers {
		quote(body)
	}
	return body
}
