#!/usr/bin/env bash
# Checks the workflows: their syntax and expressions, and what must hold for each of them.
#
#   tools/workflows.sh [FILE...]   default: .github/workflows/*.yml
#
# - Actions are pinned by the digest of a commit, with their version beside it for those who read and for Dependabot.
# - What a job may do beyond reading stands in that job.
# - No token stays in the checkout.
# - No expression stands in a script, where its value would be run as part of it; scripts take values from env.
# - No workflow runs with the repository's secrets on a stranger's code.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- .github/workflows/*.yml

failed=0
fail() {
  printf '%s: %s\n' "$file" "$1" >&2
  failed=1
}

# lines PATTERN, without PATTERN: grep, for which no line at all is not a failure.
lines() { grep -nE "$1" "$file" || true; }
without() { grep -vE "$1" || true; }
refuse() { [ -z "$2" ] || fail "$1:"$'\n'"$2"; }

for file in "$@"; do
  refuse 'not pinned by a digest with its version beside it' \
    "$(lines '\buses:' | without 'uses: [A-Za-z0-9._/-]+@[0-9a-f]{40} # v[0-9]+\.[0-9]+\.[0-9]+$')"
  refuse 'an expression in a script' "$(lines '\$\{\{' | without '^[0-9]+: *(- )?[A-Za-z_-]+: ')"
  refuse 'an expression in a script' "$(lines '\brun: .*\$\{\{')"
  refuse 'runs with secrets on what a stranger sent' "$(lines 'pull_request_target|workflow_run')"
  [ "$(awk '/^[^ #]/ { top = /^permissions:/ } top && NF' "$file")" = $'permissions:\n  contents: read' ] ||
    fail 'the permissions at the top are not "contents: read"'
  [ "$(grep -c 'uses: actions/checkout@' "$file")" -eq "$(grep -c 'persist-credentials: false' "$file")" ] ||
    fail 'a checkout without "persist-credentials: false"'
done

# What else is on this machine must not change the outcome.
go run github.com/rhysd/actionlint/cmd/actionlint@v1.7.12 -shellcheck= -pyflakes= "$@" || failed=1
exit "$failed"
