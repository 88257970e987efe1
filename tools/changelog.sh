#!/usr/bin/env bash
# Moves the fragments of .changes/ to the end of their headings in the first section of CHANGELOG.md. .changes/README.md describes them.
set -euo pipefail
cd "$(dirname "$0")/.."

add() { # HEADING FILE: at the end of the heading, which is added to the section when it is missing
  awk -v heading="$1" -v file="$2" '
    function insert(  line) { while ((getline line < file) > 0) print line; done = 1 }
    function leave() { if (inside && !done) insert(); inside = 0 }
    # Blank lines are held back: the fragment goes before those that end its heading.
    /^$/ { blanks++; next }
    /^## / { if (section++ == 1) { leave(); if (!done) { print "\n" heading "\n"; insert() } } }
    /^[A-Z ]+:$/ && section == 1 { leave(); inside = ($0 == heading) }
    { for (; blanks > 0; blanks--) print ""; print }
    END { leave(); if (!done) { print "\n" heading "\n"; insert() } }
  ' CHANGELOG.md >CHANGELOG.md.new
  mv CHANGELOG.md.new CHANGELOG.md
}

for kind in 'breaking BREAKING CHANGES:' 'feature FEATURES:' 'enhancement ENHANCEMENTS:' 'fix BUG FIXES:' 'note NOTES:'; do
  for file in .changes/"${kind%% *}"-*.md; do
    [ -e "$file" ] || continue
    add "${kind#* }" "$file"
    rm "$file"
    echo "$file"
  done
done
