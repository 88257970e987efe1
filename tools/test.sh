#!/usr/bin/env bash
# Runs the tests and says at the end what ran, what could not, and why.
#
#   tools/test.sh unit         every package but the acceptance tests
#   tools/test.sh acceptance   the provider driven by Terraform and by OpenTofu against the simulators
#
# Without an argument both run. Environment:
#   RUN                only tests whose name matches this regular expression
#   CLI                acceptance tests with terraform only, or with tofu only
#   VEEAM_OPENAPI_DIR  the vendor's OpenAPI documents; where there are any, each request is checked against them
set -uo pipefail
cd "$(dirname "$0")/.."

summary=()
failed=0
note() { summary+=("$(printf '%-9s' "$1") $2"); }

# run NAME COMMAND...: one line of the summary, with its duration.
run() {
  local name=$1 start=$SECONDS
  shift
  printf '\n== %s\n' "$name"
  if "$@"; then
    note ran "$name ($((SECONDS - start)) s)"
  else
    note FAILED "$name ($((SECONDS - start)) s)"
    failed=1
  fi
}

# The race detector needs a C compiler on most platforms and does not exist on all: trying is the one sure test.
detect_race() {
  race=()
  if go test -race -run '^$' errors >/dev/null 2>&1; then
    race=(-race)
  else
    note "not run" "race detector: go test -race does not work here (it needs a C compiler, for example gcc)"
  fi
}

find_openapi() {
  local folder=${VEEAM_OPENAPI_DIR:-../shared/openapi}
  if [ -d "$folder" ]; then
    VEEAM_OPENAPI_DIR=$(cd "$folder" && pwd)
    export VEEAM_OPENAPI_DIR
  else
    unset VEEAM_OPENAPI_DIR
    note "not run" "contract checks: no OpenAPI documents of the vendor in $folder (VEEAM_OPENAPI_DIR)"
  fi
}

unit() {
  run "unit tests${race:+, race detector on}" \
    go test ${race[@]+"${race[@]}"} ${RUN:+-run "$RUN"} $(go list ./... | grep -v '/internal/acceptance$')
}

# The tests in which objects share reads, waits and logins, or are interrupted in them.
side_by_side='Many|Rescans|Repositories|Proxies|Concurrent|Interrupted|Token|LifeCycle|WhateverTheServerDoes'

# The race detector triples what the tests cost and watches the provider, whichever CLI drives it: the first CLI has it, for the tests
# whose work goes on side by side, or those that are asked for. All others drive the provider as it is shipped.
acceptance() {
  local cli path problem
  local detector=(${race[@]+"${race[@]}"})
  problem=$(mktemp)
  for cli in ${CLI:-terraform tofu}; do
    # Standard error is shown while it comes (a first build of OpenTofu takes minutes) and kept for the summary.
    if ! path=$(tools/cli.sh "$cli" 2> >(tee "$problem" >&2)); then
      note "not run" "acceptance tests: $(tail -n 1 "$problem")"
      # Somebody who asks for one CLI by name wants to hear that it is missing.
      [ -z "${CLI:-}" ] || failed=1
      continue
    fi
    if [ ${#detector[@]} -eq 0 ]; then
      drive "$path" "acceptance tests" ${RUN:+-run "$RUN"}
    elif [ -n "${RUN:-}" ]; then
      drive "$path" "acceptance tests, race detector on," -race -run "$RUN"
    else
      drive "$path" "acceptance tests of work side by side, race detector on," -race -run "$side_by_side"
      drive "$path" "other acceptance tests" -skip "$side_by_side"
    fi
    detector=()
  done
  rm -f "$problem"
}

# drive CLI NAME FLAG...
drive() {
  local path=$1 name=$2
  shift 2
  VEEAM_TEST_CLI=$path run "$name with $(cli_version "$path")" go test -count=1 -parallel 8 -timeout 40m "$@" ./internal/acceptance
}

cli_version() { TF_CLI_CONFIG_FILE=/dev/null CHECKPOINT_DISABLE=1 "$1" version | head -n 1; }

detect_race
find_openapi
for part in ${@:-unit acceptance}; do
  case $part in
    unit | acceptance) "$part" ;;
    *) echo "unknown part \"$part\": unit or acceptance" >&2; exit 2 ;;
  esac
done

printf '\n== Summary\n'
printf '%s\n' "${summary[@]}"
exit "$failed"
