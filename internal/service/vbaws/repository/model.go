// SPDX-License-Identifier: MPL-2.0

// Package repository holds the data sources of backup repositories.
package repository

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/computed"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/values"
)

// model is what the data sources show of a repository.
type model struct {
	ID           types.String `tfsdk:"id"`
	Name         types.String `tfsdk:"name"`
	Description  types.String `tfsdk:"description"`
	Region       types.String `tfsdk:"region"`
	Bucket       types.String `tfsdk:"bucket"`
	BucketID     types.String `tfsdk:"bucket_id"`
	Folder       types.String `tfsdk:"folder"`
	IAMRoleID    types.String `tfsdk:"iam_role_id"`
	IAMRoleName  types.String `tfsdk:"iam_role_name"`
	Encrypted    types.Bool   `tfsdk:"encrypted"`
	StorageClass types.String `tfsdk:"storage_class"`
}

func flatten(r api.Repository) model {
	return model{
		ID: types.StringValue(strings.ToLower(r.ID)), Name: types.StringValue(r.Name), Description: values.Optional(r.Description),
		Region: values.Optional(r.Region), Bucket: values.Optional(r.Bucket), BucketID: values.Optional(strings.ToLower(r.BucketID)),
		Folder: values.Optional(r.Folder), IAMRoleID: values.Optional(strings.ToLower(r.AccountID)), IAMRoleName: values.Optional(r.Account),
		Encrypted: types.BoolPointerValue(r.Encrypted), StorageClass: values.Optional(r.StorageClass),
	}
}

func attributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":            computed.String("ID of the repository, in lower case."),
		"name":          computed.String("Name of the repository."),
		"description":   computed.String("Description; null if empty."),
		"region":        computed.String("AWS region of the bucket, for example `us-east-1`."),
		"bucket":        computed.String("Name of the S3 bucket."),
		"bucket_id":     computed.String("The appliance's own ID of the bucket."),
		"folder":        computed.String("Folder within the bucket."),
		"iam_role_id":   computed.String("The appliance's own ID of the IAM role (account, identity) by which it reaches the bucket."),
		"iam_role_name": computed.String("The appliance's name of that IAM role."),
		"encrypted":     computed.Bool("Whether backups in the repository are encrypted. Null if it is not returned."),
		"storage_class": computed.String("Storage class of the backups. Null before revision 1.2-rev0, which does not return it."),
	}
}
