// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"encoding/json"
)

const regionPath = "/api/v1/cloudInfrastructure/regions"

// Region is an AWS region (SPEC10 Region).
type Region struct {
	ID   string // the appliance's own, which RescanIAMRole takes
	Name string // for example "us-east-1"
}

func (r Region) key() string { return r.ID }

// UnmarshalJSON implements json.Unmarshaler.
func (r *Region) UnmarshalJSON(data []byte) error {
	var body struct {
		ID   lenientString `json:"id"`
		Name lenientString `json:"name"`
	}
	if err := json.Unmarshal(data, &body); err != nil {
		return err
	}
	*r = Region{ID: string(body.ID), Name: string(body.Name)}
	return nil
}

// Regions reads all of them.
func (c *Client) Regions(ctx context.Context) ([]Region, error) {
	return readAll(ctx, c, regionPath, nil, func(r Region) error { return checkNamed(r.ID, r.Name) })
}
