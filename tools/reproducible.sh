#!/usr/bin/env bash
# Builds the provider and the simulator from the committed sources twice, in two folders, the second time with nothing cached,
# and compares the bytes.
#
#   tools/reproducible.sh [OS/ARCH...]   default: the platform of this machine
#
# Prints the SHA-256 of both programs of each platform. A released program has the same if VERSION (default 0.1.0) and the version
# of Go are those of the release: its "go version -m" names Go's.
set -euo pipefail
cd "$(dirname "$0")/.."

version=${VERSION:-0.1.0}
[ $# -gt 0 ] || set -- "$(go env GOOS)/$(go env GOARCH)"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# The flags are those of .goreleaser.yml; GOARM is what GoReleaser assumes. Nothing that the caller set for Go is used.
build() {
  local folder=$1 platform=$2 exe=
  git -C "$folder" rev-parse --git-dir >/dev/null 2>&1 ||
    git clone --quiet --no-tags --depth 1 "file://$PWD" "$folder"
  rm -rf "$work/bin"
  (cd "$folder" && GOFLAGS='' GOARM=6 CGO_ENABLED=0 GOOS=${platform%/*} GOARCH=${platform#*/} go build -trimpath \
    -buildvcs=false -ldflags "-s -w -X main.version=$version" -o "$work/bin/" . ./internal/simulator/cmd/veeam-simulator)
  [ "${platform%/*}" != windows ] || exe=.exe
  for program in terraform-provider-veeam veeam-simulator; do
    printf '%s  %s  %s\n' "$(sha256sum <"$work/bin/$program$exe" | cut -d ' ' -f 1)" "$platform" "$program"
  done
}

failed=0
for platform in "$@"; do
  first=$(build "$work/first" "$platform")
  second=$(GOCACHE=$work/cache build "$work/another/folder" "$platform")
  if [ "$first" = "$second" ]; then
    echo "$first"
  else
    printf 'FAILED  %s: two builds of one commit differ:\n%s\n%s\n' "$platform" "$first" "$second" >&2
    failed=1
  fi
done
exit "$failed"
