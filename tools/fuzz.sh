#!/usr/bin/env bash
# Runs every fuzz test for a while, then the state machine of random user steps, and prints one line for each.
#
#   tools/fuzz.sh [TIME]   TIME for each, as Go writes durations (default 30s); the state machine takes as long as it takes
#
# What a fuzz test finds is kept in testdata/fuzz beside it, from where all later test runs take it. Environment:
#   RUN        only fuzz tests whose name matches this regular expression
#   PARALLEL   how many inputs are tried side by side (default: one for each processor)
#   CHECKS     random runs of the state machine (default 200), 0: none
set -uo pipefail
cd "$(dirname "$0")/.."

time=${1:-30s}
checks=${CHECKS:-200}
failed=0
output=$(mktemp)
trap 'rm -f "$output"' EXIT

# report NAME COMMAND...: one line; of a failure, all that the command said.
report() {
  local name=$1 start=$SECONDS
  shift
  if "$@" >"$output" 2>&1; then
    printf 'ok      %-60s %4d s  %s\n' "$name" "$((SECONDS - start))" "$(grep -o 'execs: [0-9]*' "$output" | tail -n 1)"
  else
    printf 'FAILED  %-60s %4d s\n' "$name" "$((SECONDS - start))"
    cat "$output"
    failed=1
  fi
}

for package in $(go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' ./...); do
  for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' | grep -E "${RUN:-.}"); do
    # Inputs are made small for a second only: by default, a minute of the time may go into one of them.
    report "${package#*/internal/} $target" \
      go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 1s ${PARALLEL:+-parallel "$PARALLEL"} "$package"
  done
done
if [ "$checks" -gt 0 ]; then
  report "statemachine" go test -count=1 -timeout 0 ./internal/statemachine -rapid.checks "$checks" -rapid.steps 60
fi
exit "$failed"
