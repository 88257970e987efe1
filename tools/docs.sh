#!/usr/bin/env bash
# Generates the registry's documentation from the provider's schema, examples/ and templates/. It needs Go and nothing else:
# tools/schema asks the provider itself for its schema, so no CLI is run, and every machine generates the same pages.
#
#   tools/docs.sh           into docs/
#   tools/docs.sh --check   changes nothing; fails when docs/ is not what would be generated
set -euo pipefail
cd "$(dirname "$0")/.."

# The generator takes a folder inside the repository only; bin/ is ignored by git.
output=docs
[ "${1:-}" != --check ] || output=bin/docs

work=$(mktemp -d)
trap 'rm -rf "$work" bin/docs' EXIT

go run ./tools/schema >"$work/schema.json"
go run github.com/hashicorp/terraform-plugin-docs/cmd/tfplugindocs@v0.25.0 generate \
  --provider-name veeam --providers-schema "$work/schema.json" --rendered-website-dir "$output" >"$work/log" 2>&1 || {
  cat "$work/log" >&2
  exit 1
}

if [ "$output" != docs ] && ! git --no-pager diff --no-index docs "$output"; then
  echo 'docs/ is out of date. Run "make generate".' >&2
  exit 1
fi
