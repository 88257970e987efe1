#!/usr/bin/env bash
# Plays examples/demo against simulated appliances, from init to destroy, and shows beside each step what the appliances
# were asked. Leaves nothing running and nothing lying about. Environment:
#   VB365_API      REST API version of Veeam Backup for Microsoft 365, v3 to v8 (default v8)
#   VBAWS_PRODUCT  version of the Veeam Backup for AWS appliance, 2.0 to 11 (default 5.0)
#   CLI            terraform or tofu (default: what is there)
#   RELEASE        folder with the zips of a release to take the provider and the simulator from (default: they are built from
#                  the sources)
set -euo pipefail
cd "$(dirname "$0")/.."

api=${VB365_API:-v8}
vbaws=${VBAWS_PRODUCT:-5.0}
version=0.1.0

case $api in
  v3 | v4 | v5 | v6) vb365=${api#v}.0 ;;
  v7 | v8) vb365=${api#v} ;;
  *) echo "VB365_API is v3, v4, v5, v6, v7 or v8, not \"$api\"" >&2; exit 2 ;;
esac
case $vbaws in
  2.0 | 3.0 | 4.0 | 5.0 | 6.0 | 7.0) aws=yes ;;
  8.0 | 9 | 10 | 11) aws= ;; # no repository rescan: each ${aws:+text} below is nothing
  *) echo "VBAWS_PRODUCT is 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9, 10 or 11, not \"$vbaws\"" >&2; exit 2 ;;
esac

cli=$(tools/cli.sh "${CLI:-any}")

# Nothing of the caller's surroundings may reach the demo, least of all the address of an appliance that is real.
for name in $(compgen -e | grep -E '^(TF|VEEAM)_' || true); do unset "$name"; done

work=$(mktemp -d)
simulator=
finish() {
  [ -z "$simulator" ] || { kill "$simulator" && wait "$simulator"; } 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

chapter=0
chapter() {
  chapter=$((chapter + 1))
  printf '\n━━ %d. %s\n' "$chapter" "$1"
  [ $# -eq 1 ] || printf '   %s\n' "${@:2}"
  printf '\n'
}

cli() {
  printf '   $ %s %s\n' "$(basename "$cli")" "$*"
  (cd "$work/config" && "$cli" "$@" -no-color 2>&1) | cat -s | sed 's/^/   │ /'
}

# requests shows what the appliances were asked since it was last called: one appliance after the other, each in the order of
# its log. Equal lines in a row become one with a count.
shown=0
requests() {
  local lines
  sleep 0.2 # the log line of an exchange follows its answer
  lines=$(tail -n "+$((shown + 1))" "$work/requests.log" | sort -s -k 1,1)
  shown=$(wc -l <"$work/requests.log")
  if [ -z "$lines" ]; then
    printf '\n   The appliances were asked nothing.\n'
    return
  fi
  printf '\n   The appliances were asked:\n'
  awk 'function out() { if (n) print "   → " line (n > 1 ? "   (" n " times)" : "") }
       $0 != line { out(); line = $0; n = 0 } { n++ } END { out() }' <<<"$lines"
}

# expect CODE COMMAND...: a plan says with its exit code whether there is something to do.
expect() {
  local want=$1 got=0
  shift
  "$@" || got=$?
  if [ "$got" -ne "$want" ]; then
    printf '\nThe demo ends here: exit code %d where %d was expected.\n' "$got" "$want" >&2
    exit 1
  fi
}

build() {
  local host folder platform
  platform=$(go env GOOS)_$(go env GOARCH)
  if [ -n "${RELEASE:-}" ]; then
    unzip -q "$RELEASE"/veeam-simulator_*_"$platform".zip 'veeam-simulator*' -d "$work"
  else
    go build -o "$work/veeam-simulator" ./internal/simulator/cmd/veeam-simulator
    go build -ldflags "-X main.version=$version" -o "$work/provider" .
  fi
  # The mirror has the layout of a registry, so init finds the provider as it would find a released one.
  for host in registry.terraform.io registry.opentofu.org; do
    folder=$work/mirror/$host/veeam-community/veeam
    if [ -n "${RELEASE:-}" ]; then
      mkdir -p "$folder"
      cp "$RELEASE"/terraform-provider-veeam_*_"$platform".zip "$folder"
    else
      mkdir -p "$folder/$version/$platform"
      cp "$work/provider" "$folder/$version/$platform/terraform-provider-veeam_v$version"
    fi
  done
  cat >"$work/cli.tfrc" <<HCL
provider_installation {
  filesystem_mirror { path = "$work/mirror" }
}
HCL
  mkdir "$work/config"
  cp examples/demo/*.tf "$work/config"
}

# The one machine there is opens only for the account that the provider configuration names.
start_simulator() {
  touch "$work/requests.log"
  "$work/veeam-simulator" --vb365-product "$vb365" --vbaws-product "$vbaws" --session-duration 1s --rescan-duration 1s \
    --proxies 0 --repositories 1 --strict --machine proxy-1.example.com \
    --env-file "$work/env" --ca-file "$work/ca.pem" --log-file "$work/requests.log" >"$work/simulator.out" 2>&1 &
  simulator=$!
  until [ -s "$work/env" ]; do
    kill -0 "$simulator" 2>/dev/null || { cat "$work/simulator.out" >&2; exit 1; }
    sleep 0.1
  done
  . "$work/env"
  export TF_VAR_repository_id=$VEEAM_DEMO_REPOSITORY_ID TF_VAR_proxy_admin_password=$VEEAM_VB365_PROXY_PASSWORD
  unset VEEAM_VB365_PROXY_USERNAME VEEAM_VB365_PROXY_PASSWORD
}

chapter "Build" \
  "The provider and the simulator of the appliances, from the sources in this folder."
build
start_simulator
export TF_CLI_CONFIG_FILE=$work/cli.tfrc CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1
export VEEAM_VB365_API_VERSION=$api
printf '   %-60s%s\n' "Veeam Backup for Microsoft 365 $vb365, REST API $api" "$VEEAM_VB365_ENDPOINT" \
  "Veeam Backup for AWS $vbaws" "$VEEAM_VBAWS_ENDPOINT" "$("$cli" version | head -n 1)" "$cli"

chapter "Init" \
  "The provider is found in a mirror folder, the way a released one is found in the registry."
# A lock file made from a local mirror knows one platform only, which is worth a long warning, but not here.
expect 0 cli init | sed '/created a lock file/,/is the platform to generate/d'

if [ -z "$aws" ]; then
  chapter "Plan, refused" \
    "Veeam took the rescan of a repository out of the API with revision 1.4-rev0, and appliance $vbaws accepts nothing" \
    "older. The plan already says so, before anything has been changed."
  expect 1 cli plan
  requests
  export TF_VAR_aws_rescan=false
  printf '\n   From here on the demo goes without the AWS rescan (aws_rescan = false).\n'
fi

chapter "Plan" \
  "A proxy to register and rescans to fire. What a rescan will bring is known only after apply." \
  ${aws:+"Only the AWS appliance is asked something: for an API revision that has the rescan of a repository. A login that it"} \
  ${aws:+"answers with 400 tried one that it does not know."}
expect 2 cli plan -detailed-exitcode -out=demo.tfplan
requests

chapter "Apply" \
  "The proxy is registered, then rescanned: the API names no session, so the proxy itself is watched until it is online." \
  ${aws:+"The repository is rescanned: one POST, then its session is watched until it ends; its ID is in the outputs."}
expect 0 cli apply demo.tfplan
requests

chapter "Plan again" \
  "Nothing has changed, so nothing is fired."
expect 0 cli plan -detailed-exitcode
requests

export TF_VAR_inventory_version=2
chapter "Plan with another trigger" \
  "The inventory has a new version. The plan shows that this fires the rescans again, in place."
expect 2 cli plan -detailed-exitcode -out=demo.tfplan
requests

chapter "Apply the changed trigger" \
  "Each rescan is fired once more.${aws:+ The session of the repository is a new one.}"
expect 0 cli apply demo.tfplan
requests

chapter "Look for the password in the state" \
  "The account of the proxy's machine comes from the provider configuration, so no state and no plan has to hold it."
cat "$work"/config/terraform.tfstate* | grep -c "$TF_VAR_proxy_admin_password" >"$work/found" || true
printf '   Lines of the state that hold it: %s\n' "$(cat "$work/found")"
expect 0 test "$(cat "$work/found")" -eq 0

chapter "Destroy" \
  "The remove action goes out with that account. The rescans are only records: destroying them asks nothing."
expect 0 cli destroy -auto-approve
requests

printf '\n━━ Done. The simulator is stopped, all files are removed. Guides: docs/guides/.\n'
