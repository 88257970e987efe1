#!/usr/bin/env bash
# Generates the registry's documentation from the provider's schema, examples/ and templates/, without any download:
# the schema comes from a provider built here and the CLI that is at hand.
#
#   tools/docs.sh           into docs/
#   tools/docs.sh --check   changes nothing; fails when docs/ is not what would be generated
set -euo pipefail
cd "$(dirname "$0")/.."

# The generator takes a folder inside the repository only; bin/ is ignored by git.
output=docs
[ "${1:-}" != --check ] || output=bin/docs

cli=$(tools/cli.sh any)
work=$(mktemp -d)
trap 'rm -rf "$work" bin/docs' EXIT

go build -o "$work/terraform-provider-veeam" .
cat >"$work/cli.tfrc" <<HCL
provider_installation {
  dev_overrides { "veeam-community/veeam" = "$work" }
  direct {}
}
HCL
cat >"$work/main.tf" <<'HCL'
terraform {
  required_providers {
    veeam = { source = "veeam-community/veeam" }
  }
}
HCL

# The generator looks for the provider under its bare name; a CLI names it after a registry, each after its own.
(cd "$work" && TF_CLI_CONFIG_FILE="$work/cli.tfrc" CHECKPOINT_DISABLE=1 "$cli" providers schema -json) |
  sed 's|"registry\.[a-z]*\.[a-z]*/veeam-community/veeam"|"veeam"|' >"$work/schema.json"

go run github.com/hashicorp/terraform-plugin-docs/cmd/tfplugindocs@v0.25.0 generate \
  --provider-name veeam --providers-schema "$work/schema.json" --rendered-website-dir "$output" >"$work/log" 2>&1 || {
  cat "$work/log" >&2
  exit 1
}

if [ "$output" != docs ] && ! git --no-pager diff --no-index docs "$output"; then
  echo 'docs/ is out of date. Run "make generate".' >&2
  exit 1
fi
