// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
)

// isIAMRole and isRegion tell whether an object is meant; key is "ID" or "name".
func isIAMRole(key, wanted string) func(api.IAMRole) bool {
	return func(r api.IAMRole) bool { return isMeant(key, wanted, r.ID, r.Name) }
}

func isRegion(key, wanted string) func(api.Region) bool {
	return func(r api.Region) bool { return isMeant(key, wanted, r.ID, r.Name) }
}

func isMeant(key, wanted, id, name string) bool {
	return key == "ID" && strings.EqualFold(id, wanted) || key == "name" && name == wanted
}

// oneIAMRole finds the only one that is meant. None or several are a *lookup.NotUniqueError.
func oneIAMRole(roles []api.IAMRole, key, wanted string) (api.IAMRole, error) {
	return lookup.One(lookup.Query{Thing: "IAM role", Things: "IAM roles", Key: key, Wanted: wanted}, roles, isIAMRole(key, wanted),
		func(r api.IAMRole) lookup.Entry { return lookup.Entry{Name: r.Name, ID: strings.ToLower(r.ID)} })
}

// oneRegion does the same.
func oneRegion(regions []api.Region, key, wanted string) (api.Region, error) {
	return lookup.One(lookup.Query{Thing: "region", Things: "regions", Key: key, Wanted: wanted}, regions, isRegion(key, wanted),
		func(r api.Region) lookup.Entry { return lookup.Entry{Name: r.Name, ID: strings.ToLower(r.ID)} })
}

// remembered is a list that is read once for all objects of a run.
type remembered[T any] struct {
	mu  sync.Mutex
	all []T
}

// with gives the list. It is read anew when nothing in it is meant, which may have come since.
func (l *remembered[T]) with(ctx context.Context, read func(context.Context) ([]T, error), is func(T) bool) ([]T, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if slices.ContainsFunc(l.all, is) {
		return l.all, nil
	}
	all, err := read(ctx)
	if err == nil {
		l.all = all
	}
	return all, err
}

// checkIAMRole finds out at plan whether the appliance has the IAM role of a rescan that is coming. It returns whether
// the appliance could be asked.
func (a *Appliance) checkIAMRole(ctx context.Context, summary string, id types.String, diags *diag.Diagnostics) (asked bool) {
	if a == nil || a.Client == nil || id.IsUnknown() {
		return a != nil && a.Client != nil
	}
	roles, err := a.roles.with(ctx, a.Client.IAMRoles, isIAMRole("ID", id.ValueString()))
	if err == nil {
		_, err = oneIAMRole(roles, "ID", id.ValueString())
	}
	if foreseen(err) {
		diags.AddAttributeError(path.Root("iam_role_id"), summary, product.Detail("IAM role "+id.ValueString(), err, missingAdvice(err, roleIDAdvice)))
	}
	return err == nil
}

// missingAdvice is advice about what a look-up did not find.
func missingAdvice(err error, advice string) string {
	if _, ok := errors.AsType[*lookup.NotUniqueError](err); ok {
		return advice
	}
	return ""
}

const roleIDAdvice = "The IDs of IAM roles are the appliance's own, which the data source veeam_vbaws_iam_roles gives, not names or ARNs of AWS."

// foreseen tells whether an error of a check at plan would be the end of apply as well. Others are left to apply: the
// appliance may be one that the same apply makes reachable.
func foreseen(err error) bool {
	var missing *lookup.NotUniqueError
	var unsupported *api.UnsupportedError
	var revision *api.RevisionError
	var login *rest.LoginError // to ask with a refused account again could lock it
	return errors.As(err, &missing) || errors.As(err, &unsupported) || errors.As(err, &revision) || errors.As(err, &login)
}
