#!/usr/bin/env bash
# Runs every test, two steps at a time, and sums up; `test.sh NAME…` runs some only.
# Each step's full output is in build/out/test/STEP.log; of one that failed the end
# is shown. `make test` builds the programs first.
set -uo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PATH:/usr/lib/postgresql/15/bin"
logs=build/out/test
at_once=${LIANXIN_AT_ONCE:-2}
# Long ones first, so that no core is idle in the end; lint before all, as it is soon told.
steps=(lint e2e go pages window smoke desk openapi tricks first-run gifts units)
[ $# = 0 ] || steps=("$@")
rm -rf "$logs"
mkdir -p "$logs"
began=$SECONDS

. build/scripts/memory.sh
# The name is the same each time, or Go would take no result of before for this one.
use_memory "lianxin-test-$(pwd | cksum | cut -d' ' -f1)" 4000

npm_run() { (cd frontend && npm run --silent "$@"); }

run() {
  case $1 in
    lint) make --no-print-directory lint ;;
    openapi) make --no-print-directory verify-openapi ;;
    go) go test -timeout 20m ./... ;; # as busy as it makes a small machine, the longest package may take ten
    units) npm_run test ;;
    window) go test -count=1 -parallel 4 -v -tags desktop,production,webkit2_41 -run 'Window|Page|Operator|Web' ./app/... ;;
    smoke) build/scripts/smoke.sh ;;
    desk) build/scripts/desk.sh ;;
    pages) npm_run test:pages ;;
    tricks) npm_run tricks ;;
    first-run) npm_run test:first-run ;;
    gifts) npm_run test:gifts ;;
    e2e) npm_run e2e ;;
    *) echo "There is no step $1." && return 2 ;;
  esac
}

# facts NAME: one line that says how much a step tested.
facts() {
  local log=$logs/$1.log
  case $1 in
    go) echo "$(grep -c '^ok ' "$log") packages" ;;
    units) grep -E '^ +Tests ' "$log" | tail -n1 | tr -s ' ' ;;
    window) echo "$(grep -c '^--- PASS' "$log") tests in the real window" ;;
    smoke) grep -E "Checked in|The center has" "$log" | sed "s/==> //" | paste -sd, ;;
    desk) grep "The center has" "$log" | sed "s/==> //" ;;
    first-run) grep -E 'states of the first-run page' "$log" | tail -n1 | cut -d, -f1,2 ;;
    gifts) grep -E 'states of the page on gifts' "$log" | tail -n1 | cut -d, -f1,2 ;;
    tricks) grep -E '^[0-9]+ tricks' "$log" | tail -n1 | cut -d';' -f1 ;;
    pages | e2e) grep -E '^(ℹ|#) (tests|pass) |screens.* findings' "$log" | tr -d 'ℹ#' | cut -d';' -f1 | paste -sd, | tr -s ' ' ;;
  esac
}

step() {
  local name=$1 start=$SECONDS mark=✓
  run "$name" >"$logs/$name.log" 2>&1 || mark=✗
  printf '  %s %-10s %4d s  %s\n' "$mark" "$name" $((SECONDS - start)) "$(facts "$name")" >"$logs/$name.result"
  # In one piece, as another step may have something to say as well.
  printf '%s\n' "$(cat "$logs/$name.result"; [ $mark = ✓ ] || tail -n 60 "$logs/$name.log")"
}

# Each step is a group of processes of its own, so that Ctrl-C ends all of them.
set -m
trap 'for group in $(jobs -p); do kill -TERM -- "-$group"; done 2>/dev/null; wait; exit 130' INT TERM
for name in "${steps[@]}"; do
  while [ "$(jobs -pr | wc -l)" -ge "$at_once" ]; do wait -n; done
  step "$name" &
done
wait

echo
echo "Lianxin: every test, $((SECONDS - began)) s"
for name in "${steps[@]}"; do cat "$logs/$name.result"; done
if grep -qs ✗ "$logs"/*.result; then
  # Again at the very end, where whoever reads only that finds why.
  for name in "${steps[@]}"; do
    grep -qs ✗ "$logs/$name.result" && grep -hE -A 12 '^✖|^not so|^--- FAIL|^FAIL|Error:' "$logs/$name.log" | grep -v '^ok ' | head -n 60
  done
  echo "Something failed: see $logs."
  exit 1
fi
echo "All passed."
