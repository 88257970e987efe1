// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

const iamRolePath = "/api/v1/accounts/amazon"

// The kinds of IAMRole, which are the names that the API gives them.
const (
	KindAccessKeys                = "accessKeys"                // of an IAM user
	KindIAMRole                   = "IAMRole"                   // of the appliance's own AWS account
	KindIAMRoleFromAnotherAccount = "IAMRoleFromAnotherAccount" // which the appliance assumes
)

// IAMRole is an identity by which the appliance works in AWS (SPEC10 AmazonAccount), decoded from any revision. Keys are
// not decoded.
type IAMRole struct {
	ID           string // the appliance's own
	Name         string
	Description  string
	AWSAccountID string // twelve digits: awsid, in later revisions awsAccountId
	RegionType   string // "Global", "Government", "China"
	Kind         string // one of the Kind constants; empty when the appliance tells none
	RoleName     string // in AWS; empty of access keys
}

func (r IAMRole) key() string { return r.ID }

// UnmarshalJSON implements json.Unmarshaler for the spellings of all revisions.
func (r *IAMRole) UnmarshalJSON(data []byte) error {
	var body struct {
		ID           lenientString `json:"id"`
		Name         lenientString `json:"name"`
		Description  lenientString `json:"description"`
		AWSID        lenientString `json:"awsid"`
		AWSAccountID lenientString `json:"awsAccountId"`
		RegionType   lenientString `json:"regionType"`
		Keys         awsObject     `json:"accessKeys"`
		Own          awsObject     `json:"IAMRole"`
		Other        awsObject     `json:"IAMRoleFromAnotherAccount"`
	}
	if err := json.Unmarshal(data, &body); err != nil {
		return err
	}
	*r = IAMRole{
		ID: string(body.ID), Name: string(body.Name), Description: string(body.Description), RegionType: string(body.RegionType),
		AWSAccountID: string(cmp.Or(body.AWSAccountID, body.AWSID, body.Other.AccountID)),
		RoleName:     string(cmp.Or(body.Own.RoleName, body.Other.RoleName)),
	}
	switch {
	case body.Other.present:
		r.Kind = KindIAMRoleFromAnotherAccount
	case body.Own.present:
		r.Kind = KindIAMRole
	case body.Keys.present:
		r.Kind = KindAccessKeys
	}
	return nil
}

// awsObject is one of the three objects of which an IAM role has one. Anything but an object is taken for none.
type awsObject struct {
	present   bool
	AccountID lenientString
	RoleName  lenientString
}

// UnmarshalJSON implements json.Unmarshaler.
func (o *awsObject) UnmarshalJSON(data []byte) error {
	var body *struct {
		AccountID lenientString `json:"accountId"`
		RoleName  lenientString `json:"roleName"`
	}
	if json.Unmarshal(data, &body) == nil && body != nil {
		*o = awsObject{present: true, AccountID: body.AccountID, RoleName: body.RoleName}
	}
	return nil
}

// IAMRoles reads all of them.
func (c *Client) IAMRoles(ctx context.Context) ([]IAMRole, error) {
	return readAll(ctx, c, iamRolePath, nil, func(r IAMRole) error { return checkNamed(r.ID, r.Name) })
}

// IAMRole reads one; unknown: rest.ErrNotFound.
func (c *Client) IAMRole(ctx context.Context, id string) (IAMRole, error) {
	request, role := readIAMRole(id)
	if err := c.send(ctx, request); err != nil {
		return IAMRole{}, err
	}
	return *role, nil
}

func readIAMRole(id string) (rest.Request, *IAMRole) {
	role := &IAMRole{}
	return rest.Request{
		Method: http.MethodGet, Path: iamRolePath + "/" + url.PathEscape(id), Out: role,
		Check: func() error { return cmp.Or(rest.CheckID(id, role.ID), required("name", role.Name)) },
	}, role
}
