#!/usr/bin/env bash
# Plays the release of what is committed, publishes nothing, and checks what would have been published. Leaves nothing
# running and nothing lying about. Needs git, unzip and jq; without gpg nothing is signed, and that is said.
#
#   tools/release-test.sh [OS/ARCH...]   the platforms to rebuild with nothing cached; default: that of this machine
#   CLI=terraform|tofu                   who installs the provider from its zip (default: what is there)
set -euo pipefail
cd "$(dirname "$0")/.."

name=terraform-provider-veeam
simulator=veeam-simulator
version=0.1.0
platforms=13
# Licences under which a part of the provider may come. golang.org/x is under BSD-3-Clause, which the detector takes for
# its sibling BSD-Source-Code.
licences='["MPL-2.0", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSD-Source-Code", "ISC", "MIT"]'
here=$(go env GOOS)_$(go env GOARCH)
[ $# -gt 0 ] || set -- "${here/_//}"

for tool in git unzip jq; do
  command -v "$tool" >/dev/null || { echo "$tool is not on PATH" >&2; exit 1; }
done

work=$(mktemp -d)
export GNUPGHOME=$work/gnupg
finish() {
  [ ! -d "$GNUPGHOME" ] || gpgconf --kill all 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

check() { printf '%4d s  %s\n' "$SECONDS" "$1"; }
fail() {
  printf 'FAILED  %s\n' "$1" >&2
  exit 1
}

# A key of RSA, since the Terraform Registry takes no elliptic curves.
skip=publish,announce
if command -v gpg >/dev/null; then
  mkdir -m 700 "$GNUPGHOME"
  gpg --batch --quiet --passphrase '' --quick-generate-key 'Release test <release@example.com>' rsa3072 sign 1d 2>/dev/null
  GPG_FINGERPRINT=$(gpg --list-secret-keys --with-colons 2>/dev/null | awk -F : '$1 == "fpr" { print $10; exit }')
  export GPG_FINGERPRINT
else
  echo 'not run  signatures: gpg is not on PATH'
  skip+=,sign
fi

# release FOLDER: a clone that is tagged there only, as GoReleaser wants a tag and the address of a repository.
release() {
  git clone --quiet --no-tags --depth 1 "file://$PWD" "$1"
  git -C "$1" tag "v$version"
  git -C "$1" remote set-url origin "https://github.com/veeam-community/$name.git"
  (cd "$1" && tools/goreleaser.sh check && tools/goreleaser.sh release --skip="$skip") >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    fail 'goreleaser'
  }
  cp terraform-registry-manifest.json "$1/dist/${name}_${version}_manifest.json" # GoReleaser renames it when it uploads
}

release "$work/first"
dist=$work/first/dist
sums=${name}_${version}_SHA256SUMS
simulator_sums=${simulator}_${version}_checksums.txt
sbom=${name}_${version}_sbom.cdx.json
check "released: $(find "$dist" -name '*.zip' | wc -l) zips"

(umask 077 && TZ=Pacific/Apia release "$work/a/second/folder")
for file in "$sums" "$simulator_sums" "$sbom"; do
  diff -u "$dist/$file" "$work/a/second/folder/dist/$file" >&2 || fail "$file differs between two releases of one commit"
done
check 'released again in another folder and time zone: the same checksums, the same bill of materials'

# names FILE: what a file of checksums names.
names() { awk '{ print $2 }' "$1" | sort; }

cd "$dist"
for program in "$name" "$simulator"; do
  [ "$(find . -name "${program}_*.zip" | wc -l)" -eq "$platforms" ] || fail "there are not $platforms zips of $program"
done
diff <(printf '%s\n' "$name"_*.zip ./*_manifest.json | sed 's|^\./||' | sort) <(names "$sums") >&2 ||
  fail "$sums does not name just the provider's zips and the manifest"
diff <(printf '%s\n' "$simulator"_*.zip | sort) <(names "$simulator_sums") >&2 ||
  fail "$simulator_sums does not name just the simulator's zips"
for file in "$sums" "$simulator_sums"; do
  sha256sum --check --strict --quiet "$file" || fail "$file is wrong"
done
check "$sums names the provider's zips and the manifest, $simulator_sums the simulator's zips, and both are right"

if [ -n "${GPG_FINGERPRINT:-}" ]; then
  for file in "$sums" "$simulator_sums" "$sbom"; do
    gpg --batch --quiet --verify "$file.sig" "$file" 2>/dev/null || fail "the signature of $file"
    [ "$(head -c 5 "$file.sig")" != '-----' ] || fail "the signature of $file is not binary"
  done
  check 'the checksums and the bill of materials are signed'
fi

for zip in *.zip; do
  program=$simulator exe=
  [[ $zip != "$name"_* ]] || program=${name}_v$version
  [[ $zip != *_windows_* ]] || exe=.exe
  [ "$(unzip -Z1 "$zip" | sort)" = "LICENSE
$program$exe" ] || fail "$zip does not hold just the licence and $program"
done
check 'each zip holds the licence and one program'

for program in "$simulator" "$name"; do
  unzip -q "${program}_${version}_$here.zip" "$program*" -d "$work/programs"
  file=$(echo "$work/programs/$program"*)
  go version -m "$file" >"$work/buildinfo"
  for setting in -trimpath=true CGO_ENABLED=0; do
    grep -q "build	$setting\$" "$work/buildinfo" || fail "$file was not built with $setting"
  done
  ! grep -q 'vcs\.' "$work/buildinfo" || fail "$file depends on the state of a clone"
  ! grep -aq "$work" "$file" || fail "$file knows the folder it was built in"
  [[ $program != "$simulator" ]] || ! grep -q '^	dep	' "$work/buildinfo" || fail "$file links modules, and has no bill of materials"
done
check 'the programs know no folder and no clone'

diff <(awk '$1 == "dep" { print $2 "@" $3 }' "$work/buildinfo" | sort) \
  <(jq -r '.components[] | select(.name != "std") | .name + "@" + .version' "$sbom" | sort) >&2 ||
  fail "$sbom does not list just the modules in the provider"
unknown=$(jq -r --argjson known "$licences" '.components[] | select(.name != "std")
  | select(all(.licenses[]?; .license.id | IN($known[])) and (.licenses | length) > 0 | not) | .purl' "$sbom")
[ -z "$unknown" ] || fail "licences that nobody has looked at yet:"$'\n'"$unknown"
check "the bill of materials lists the provider's $(jq '.components | length' "$sbom") parts, all under known licences"

cd - >/dev/null
VERSION=$version tools/reproducible.sh "$@" >"$work/rebuilt"
while read -r sum platform program; do
  unzip -p "$dist/${program}_${version}_${platform/\//_}.zip" "$program*" | sha256sum | grep -q "^$sum " ||
    fail "the released $program for $platform is not what go build makes"
done <"$work/rebuilt"
check "rebuilt with nothing cached, the same bytes: $*"

RELEASE=$dist tools/demo.sh >"$work/log" 2>&1 || { cat "$work/log" >&2; fail 'the demo with the released programs'; }
grep -q "Installed veeam-community/veeam v$version" "$work/log" || fail 'the provider was not installed from its zip'
check 'installed from its zip, it plays the demo from init to destroy, with the released simulator'
