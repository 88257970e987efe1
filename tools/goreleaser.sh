#!/usr/bin/env bash
# Runs the GoReleaser that this project pins, built by Go and verified by Go's checksum database.
#
#   tools/goreleaser.sh ARGUMENT...
set -euo pipefail

# Newer ones need a newer Go than the provider does.
exec go run github.com/goreleaser/goreleaser/v2@v2.16.0 "$@"
