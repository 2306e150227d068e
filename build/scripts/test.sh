#!/usr/bin/env bash
# Runs every test one after the other and sums up. Each step's full output is
# in build/out/test/STEP.log. `make test` builds the programs first.
set -uo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PATH:/usr/lib/postgresql/15/bin"
logs=build/out/test
rm -rf "$logs"
mkdir -p "$logs"
summary=()
failed=0
began=$SECONDS

step() {
  local name=$1 start=$SECONDS mark=✓
  shift
  printf '==> %-10s ' "$name"
  if ! "$@" >"$logs/$name.log" 2>&1; then
    mark=✗
    failed=1
  fi
  summary+=("$(printf '  %s %-10s %4d s  %s' "$mark" "$name" $((SECONDS - start)) "$(facts "$name")")")
  echo "$mark $((SECONDS - start)) s"
  [ "$mark" = ✓ ] || tail -n 60 "$logs/$name.log"
}

# facts NAME: one line that says how much a step tested.
facts() {
  local log=$logs/$1.log
  case $1 in
    go) echo "$(grep -c '^ok ' "$log") packages" ;;
    units) grep -E '^ +Tests ' "$log" | tail -n1 | tr -s ' ' ;;
    window) echo "$(grep -c '^--- PASS' "$log") tests in the real window" ;;
    smoke) grep -E "Checked in|The center has" "$log" | sed "s/==> //" | paste -sd, ;;
    first-run) grep -E 'states of the first-run page' "$log" | tail -n1 | cut -d, -f1,2 ;;
    gifts) grep -E 'states of the page on gifts' "$log" | tail -n1 | cut -d, -f1,2 ;;
    tricks) grep -E '^[0-9]+ tricks' "$log" | tail -n1 | cut -d';' -f1 ;;
    pages | e2e) grep -E '^(ℹ|#) (tests|pass) ' "$log" | tr -d 'ℹ#' | paste -sd, | tr -s ' ' ;;
  esac
}

npm_run() { (cd frontend && npm run --silent "$@"); }
go_window() { go test -count=1 -v -tags desktop,production,webkit2_41 -run 'Window|Page|Operator|Web' ./app/...; }

# twice COMMAND…: a browser on a machine that does something else as well can be
# late once. A fault is there the second time too; the log keeps both runs.
twice() {
  "$@" && return
  echo "==> Once more: the run above failed."
  "$@"
}

step lint make --no-print-directory lint
step openapi make --no-print-directory verify-openapi
step go go test ./...
step units npm_run test
step window go_window
step smoke twice build/scripts/smoke.sh
step pages twice npm_run test:browser
step tricks twice npm_run tricks -- welcome story-1 operator-letter proof-card consent-pass own-results
step first-run twice npm_run test:first-run
step gifts twice npm_run test:gifts
step e2e twice npm_run e2e

echo
echo "Lianxin: every test, $((SECONDS - began)) s"
printf '%s\n' "${summary[@]}"
[ "$failed" = 0 ] && echo "All passed." || echo "Something failed: see $logs."
exit "$failed"
