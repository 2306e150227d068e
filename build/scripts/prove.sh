#!/usr/bin/env bash
# What takes too long for every change: the race detector over everything, and
# every fuzz target for a while (LIANXIN_FUZZ_TIME, 30s each).
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PATH:/usr/lib/postgresql/15/bin"

echo "==> Race detector"
go test -race -timeout 30m ./...
echo "==> Power cuts at every change of the disk"
go test -timeout 30m -v ./backend/proof/powercut -args -points 2000 -rounds 300 | grep -v "^ *--- PASS\|=== "
echo "==> Fuzzing"
grep -rl --include='*_test.go' '^func Fuzz' . --exclude-dir=node_modules | xargs -n1 dirname | sort -u | while read -r package; do
  for target in $(grep -h -o '^func Fuzz[A-Za-z0-9_]*' "$package"/*_test.go | cut -c6-); do
    echo "--> $package $target"
    go test "$package" -run '^$' -fuzz "^$target\$" -fuzztime "${LIANXIN_FUZZ_TIME:-30s}"
  done
done
