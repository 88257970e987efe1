// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"errors"
	"fmt"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// What a response must contain to be used: the ID that was requested, and the properties without which an object would be
// taken for another. All IDs are documented as UUIDs (S6 to S8, format uuid).

func (a proxyResponse) check(id string) error {
	if err := rest.CheckID(id, a.ID); err != nil {
		return err
	}
	if strings.TrimSpace(a.HostName) == "" {
		return fmt.Errorf("proxy %s has no hostName", a.ID)
	}
	if pool := a.ProxyPoolID.value; pool != nil {
		return checkReference("proxyPoolId", *pool)
	}
	return nil
}

// checkCreated validates the response to a creation. One that does not describe the proxy is left to the caller.
func (s ProxySpec) checkCreated(a proxyResponse) error {
	if a.HostName == "" {
		return nil
	}
	if err := a.check(""); err != nil {
		return err
	}
	if s.HostName != nil && !SameHost(*s.HostName, a.proxy()) {
		return fmt.Errorf("it is about the proxy on host %q", a.HostName)
	}
	return nil
}

func (a repositoryResponse) check(id string) error {
	if err := rest.CheckID(id, a.ID); err != nil {
		return err
	}
	return errors.Join(checkReference("proxyId", a.ProxyID), checkReference("proxyPoolId", a.ProxyPoolID),
		checkReference("organizationId", a.OrganizationID), checkReference("objectStorageId", a.ObjectStorageID),
		checkReference("objectStorage.id", a.ObjectStorage.ID))
}

func (a syncResponse) check(id string) error {
	return errors.Join(rest.CheckID(id, a.ID), checkReference("repositoryId", a.RepositoryID))
}

// checkStarted validates the session of a repository's synchronization, whose ID the pages of v4 to v6 do not print.
func (a syncResponse) checkStarted(repository string) error {
	if a.ID != "" {
		if err := rest.CheckID("", a.ID); err != nil {
			return err
		}
	}
	if a.RepositoryID != "" {
		return rest.CheckID(repository, a.RepositoryID)
	}
	return nil
}

// checkReference validates the ID of another object, which is optional.
func checkReference(property, id string) error {
	if id != "" && !rest.IsUUID(id) {
		return fmt.Errorf("its %s %q is not a UUID", property, id[:min(len(id), 36)])
	}
	return nil
}

// checkAll validates the elements of a list.
func checkAll[A item](answers []*A) error {
	for i, answer := range answers {
		if err := (*answer).check(""); err != nil {
			return fmt.Errorf("element %d: %w", i+1, err)
		}
	}
	return nil
}
