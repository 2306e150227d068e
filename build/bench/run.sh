#!/usr/bin/env bash
# Measures, each row beside what people would use instead and in turns with it:
#   run.sh [NAME…]      all rows, or those named
# Whole outputs are build/out/bench/NAME.log, figures build/out/bench/NAME.json, one
# JSON object a line (backend/proof/figure). At the end all figures there are go into
# the table of docs/performance.md. An aim that is missed is printed, not an error;
# a row that cannot be measured is one.
#   LIANXIN_BENCH_FULL=0  small sizes, to see that everything runs; the table is only printed
set -uo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PATH:/usr/lib/postgresql/15/bin"
out=build/out/bench
full=${LIANXIN_BENCH_FULL:-1}
mkdir -p "$out"
wanted=("$@")
broken=()
rows=()

# row NAME COMMAND…: the command keeps its figures in the file LIANXIN_FIGURES names.
row() {
  local name=$1 start=$SECONDS
  shift
  rows+=("$name")
  [ ${#wanted[@]} = 0 ] || [[ " ${wanted[*]} " == *" $name "* ]] || return 0
  echo "==> $name"
  rm -f "$out/$name.json.new"
  if LIANXIN_FIGURES="$PWD/$out/$name.json.new" "$@" >"$out/$name.log" 2>&1; then
    [ ! -s "$out/$name.json.new" ] || mv "$out/$name.json.new" "$out/$name.json"
  else
    broken+=("$name")
    tail -n 40 "$out/$name.log"
  fi
  echo "    $((SECONDS - start)) s"
}

# driver PACKAGE [ARG…]: a test whose figures count only at the sizes given here.
driver() {
  local package=$1
  shift
  [ "$full" = 1 ] || set --
  go test -count=1 -timeout 60m -v "./backend/proof/bench/$package" -args "$@"
}

# soak's people come to the real window; 200 of them are a day in a lobby.
soak() {
  local visitors=200
  [ "$full" = 1 ] || visitors=4
  go test -count=1 -timeout 90m -v -tags desktop,production,webkit2_41 ./app -run '^TestSoak$' -args -visitors "$visitors"
}

# storm's kiosks come back all at once, on both engines.
storm() {
  local kiosks=500 operations=200
  [ "$full" = 1 ] || { kiosks=24; operations=40; }
  go test -count=1 -timeout 60m -v ./backend/proof/fleet -run EveryKiosk -args -kiosks "$kiosks" -operations "$operations"
}

# province's figures are in its log: lists and entitlements where ten million donations are.
province() {
  local donations=10000000
  [ "$full" = 1 ] || donations=10000
  go test -count=1 -timeout 90m ./backend/store -run '^$' -bench 'Entitlement|DonorLists|ClaimLists|PaymentLists' -benchtime 2000x -args -donations "$donations"
}

row check-in driver checkin -rows 1000000 -rounds 5 -times 2000
row intake driver intake -rows 1000000
row center driver api -rows 100000 -rounds 5 -calls 5120
row exchange driver drain -operations 10000 -few 10000 -many 1000000 -documents 100000 -times 50 -rounds 3
row receipt build/bench/receipt.sh
row window build/bench/window.sh
row soak soak
row storm storm
row province province
row go go test -run '^$' -bench . -benchmem ./...

for name in "${wanted[@]}"; do
  [[ " ${rows[*]} " == *" $name "* ]] || { echo "There is no row $name, only: ${rows[*]}."; exit 2; }
done

table=()
[ "$full" != 1 ] || table=(-into docs/performance.md)
figures=()
for name in "${rows[@]}"; do
  [ ! -s "$out/$name.json" ] || figures+=("$out/$name.json")
done
[ ${#figures[@]} = 0 ] || go run ./backend/proof/figure/table "${table[@]}" "${figures[@]}" || broken+=(table)
[ ${#broken[@]} = 0 ] || echo "Could not be measured: ${broken[*]}; see $out."
exit ${#broken[@]}
