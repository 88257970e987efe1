#!/usr/bin/env bash
# Runs the tests and says at the end what ran, what could not, and why.
#
#   tools/test.sh unit          every package but the acceptance tests, with the race detector
#   tools/test.sh life-cycles   the acceptance tests of the life of each object, with one CLI
#   tools/test.sh rest          the other acceptance tests: those of concurrent work with the race detector, the others, and all of them
#                               with the second CLI but those for which one is enough
#
# The first CLI is Terraform when it is there. internal/acctest/sets.go says which test is in which set. Environment:
#   RUN                only tests whose name matches this regular expression, whatever their set
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

# The matrix of faults is 2,000 runs of one object each: the race detector would triple the longest of all tests for little.
unit() {
  unset VEEAM_TEST_CLI # acceptance tests beside the code of objects are skipped
  local matrix=./internal/faults
  run "unit tests${race:+, race detector on}" go test -timeout 40m ${race[@]+"${race[@]}"} ${RUN:+-run "$RUN"} \
    $(go list ./... | grep -v -e '/internal/acceptance$' -e "/${matrix#./}\$")
  run "unit tests of faults" go test -timeout 40m ${RUN:+-run "$RUN"} "$matrix"
}

# find_cli NAME: its path in $path, or a line of the summary.
find_cli() {
  local problem status=0
  problem=$(mktemp)
  # Standard error is shown while it comes (a first build of OpenTofu takes minutes) and kept for the summary.
  path=$(tools/cli.sh "$1" 2> >(tee "$problem" >&2)) || {
    note "not run" "acceptance tests: $(tail -n 1 "$problem")"
    # Somebody who asks for one CLI by name wants to hear that it is missing.
    [ -z "${CLI:-}" ] || failed=1
    status=1
  }
  rm -f "$problem"
  return "$status"
}

life_cycles() {
  local path
  find_cli "${CLI:-any}" && drive "$path" "acceptance tests of life cycles" life-cycles
}

# The race detector triples what the tests cost and watches the provider, whichever CLI drives it: the first CLI has it, for the tests
# whose work is concurrent. All others drive the provider as it is shipped.
rest() {
  local cli path first=yes
  for cli in ${CLI:-terraform tofu}; do
    find_cli "$cli" || continue
    if [ -n "${RUN:-}" ]; then
      drive "$path" "acceptance tests" ""
    elif [ -n "$first" ]; then
      drive "$path" "acceptance tests of concurrent work${race:+, race detector on}," concurrent ${race[@]+"${race[@]}"}
      drive "$path" "other acceptance tests" others
    else
      drive "$path" "acceptance tests that need a second CLI" second-cli
    fi
    first=
  done
}

# drive CLI NAME SET FLAG...
drive() {
  local path=$1 name=$2 set=$3
  shift 3
  VEEAM_TEST_CLI=$path VEEAM_TEST_SET=$set run "$name with $(cli_version "$path")" \
    go test -count=1 -parallel 8 -timeout 40m ${RUN:+-run "$RUN"} "$@" $(acceptance_packages)
}

# acceptance_packages: those whose tests import the environment of acceptance tests.
acceptance_packages() {
  go list -f '{{.ImportPath}}{{range .TestImports}} {{.}}{{end}}{{range .XTestImports}} {{.}}{{end}}' ./... | awk '/ [^ ]*\/internal\/acctest( |$)/ { print $1 }'
}

cli_version() { TF_CLI_CONFIG_FILE=/dev/null CHECKPOINT_DISABLE=1 "$1" version | head -n 1; }

detect_race
find_openapi
for part in ${@:-unit life-cycles rest}; do
  case $part in
    unit | rest) "$part" ;;
    life-cycles) life_cycles ;;
    *) echo "unknown part \"$part\": unit, life-cycles or rest" >&2; exit 2 ;;
  esac
done

printf '\n== Summary\n'
printf '%s\n' "${summary[@]}"
exit "$failed"
