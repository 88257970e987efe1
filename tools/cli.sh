#!/usr/bin/env bash
# Prints the path of a Terraform-compatible command line that the tests and the demo can run.
#
#   tools/cli.sh terraform   the Terraform on PATH
#   tools/cli.sh tofu        the OpenTofu on PATH; without one, the pinned OpenTofu
#   tools/cli.sh pinned      the OpenTofu that tools/opentofu pins, built once and cached
#   tools/cli.sh any         the first of these that there is
#
# Only the path goes to standard output. Exit code 1: there is none, and standard error says why.
set -euo pipefail
cd "$(dirname "$0")/.."

# Write-only attributes and ephemeral variables need 1.11, of Terraform as of OpenTofu.
oldest_minor=11

say() { printf '%s\n' "$*" >&2; }

# usable NAME: the path of a program on PATH that answers and is new enough.
usable() {
  local path version minor
  path=$(command -v "$1") || { say "$1: not on PATH"; return 1; }
  version=$(TF_CLI_CONFIG_FILE=/dev/null CHECKPOINT_DISABLE=1 "$path" version 2>/dev/null | head -n 1) || true
  minor=$(sed -n 's/^[A-Za-z]* v1\.\([0-9]*\)\..*/\1/p' <<<"$version")
  if [ -z "$minor" ]; then
    say "$path: does not answer \"version\" as $1 1.x does"
    return 1
  elif [ "$minor" -lt "$oldest_minor" ]; then
    say "$path: $version is too old, 1.$oldest_minor is the oldest that works"
    return 1
  fi
  printf '%s\n' "$path"
}

# pinned builds OpenTofu with Go alone. It takes its place by a rename, so an interrupted build leaves nothing behind that
# looks finished.
pinned() {
  local version folder tofu
  version=$(sed -n 's|^require github.com/opentofu/opentofu v||p' tools/opentofu/go.mod)
  folder="${XDG_CACHE_HOME:-$HOME/.cache}/terraform-provider-veeam/tofu-$version"
  tofu="$folder/tofu"
  if [ ! -x "$tofu" ]; then
    say "Building OpenTofu $version from source: about 7 minutes on two cores, once. It is kept in $folder."
    mkdir -p "$folder"
    building=$(mktemp -d "$folder/building.XXXXXX")
    trap 'rm -rf "$building"' EXIT # not a local variable: the trap outlives the function
    (cd tools/opentofu && CGO_ENABLED=0 go build -trimpath -buildvcs=false \
      -ldflags "-s -w -X github.com/opentofu/opentofu/version.dev=no" \
      -o "$building/tofu" github.com/opentofu/opentofu/cmd/tofu) >&2
    mv "$building/tofu" "$tofu"
  fi
  printf '%s\n' "$tofu"
}

fall_back() {
  say "using the pinned OpenTofu"
  pinned
}

case "${1:-any}" in
  terraform) usable terraform ;;
  tofu) usable tofu || fall_back ;;
  pinned) pinned ;;
  any) usable terraform || usable tofu || fall_back ;;
  *) say "unknown CLI \"$1\": terraform, tofu, pinned or any"; exit 1 ;;
esac
