#!/usr/bin/env bash
# What takes too long for every change: the race detector over everything, and
# every operation abused LIANXIN_ABUSE times (10,000), every fuzz target for a while (LIANXIN_FUZZ_TIME, 30s each).
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PATH:/usr/lib/postgresql/15/bin"

echo "==> Race detector"
go test -race -timeout 30m ./...
echo "==> Power cuts at every change of the disk"
go test -timeout 30m -v ./backend/proof/powercut -args -points 2000 -rounds 300 | grep -v "^ *--- PASS\|=== "
seed=${LIANXIN_SEED:-$(date +%s)}
echo "==> Abuse of every operation of the API, ${LIANXIN_ABUSE:-10000} requests each, seed $seed"
go test -timeout 90m -count=1 -v -run Abuse ./backend/center ./backend/node -args \
  -rapid.checks="${LIANXIN_ABUSE:-10000}" -rapid.seed="$seed" -rapid.nofailfile | grep -E '^ *--- |^(ok|FAIL|PASS)|rapid'
echo "==> Fuzzing"
grep -rl --include='*_test.go' '^func Fuzz' . --exclude-dir=node_modules | xargs -n1 dirname | sort -u | while read -r package; do
  for target in $(grep -h -o '^func Fuzz[A-Za-z0-9_]*' "$package"/*_test.go | cut -c6-); do
    echo "--> $package $target"
    go test "$package" -run '^$' -fuzz "^$target\$" -fuzztime "${LIANXIN_FUZZ_TIME:-30s}" -fuzzminimizetime 10x
  done
done
