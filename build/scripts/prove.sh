#!/usr/bin/env bash
# What takes too long for every change. One proof after the other, each with its
# whole output in build/out/prove/NAME.log and its figures on the screen; a proof
# that fails does not keep the next from running. `prove.sh NAME…` runs some only.
#   LIANXIN_SEED       first seed; printed, so that a run can be had again. decisions,
#                      instances and storm have none: who comes first is the machine's to say
#   LIANXIN_HISTORIES  lives of center and kiosks (20,000)
#   LIANXIN_KILLS      kills of real processes at random, on each engine (1,000)
#   LIANXIN_ABUSE      requests for each operation of the API (10,000)
#   LIANXIN_POINTS     operations on the ledger of points (10,000,000)
#   LIANXIN_VOLUMES    operations of several offices on the book of volumes (20,000)
#   LIANXIN_ABANDONED  people who walk away from the real window (1,000)
#   LIANXIN_CRASHES    kills of the page's process in the real window (100)
#   LIANXIN_FUZZ_TIME  for each fuzz target (30s)
set -uo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PATH:/usr/lib/postgresql/15/bin"
logs=build/out/prove
mkdir -p "$logs"
seed=${LIANXIN_SEED:-$(date +%s)}
wanted=("$@")
failed=()
known=()

proof() {
  local name=$1 start=$SECONDS mark=✓
  known+=("$name")
  shift
  [ ${#wanted[@]} = 0 ] || [[ " ${wanted[*]} " == *" $name "* ]] || return 0
  echo "==> $name"
  if ! "$@" >"$logs/$name.log" 2>&1; then
    mark=✗
    failed+=("$name")
    tail -n 40 "$logs/$name.log"
  fi
  grep -hE '^ok |_test\.go:[0-9]+: |^ *--- FAIL|^[0-9]+ tricks ' "$logs/$name.log" | tail -n 25
  echo "$mark $name $((SECONDS - start)) s"
}

in_window() { tests -tags desktop,production,webkit2_41 ./app "$@"; }

tricks() { (cd frontend && npm run --silent tricks -- everywhere); }

. build/scripts/memory.sh
in_memory() { (use_memory "lianxin-prove-$$" 6000 && "$@"); }

tests() { go test -count=1 -timeout 240m -v "$@"; } # a slow machine takes twice as long as ours

# Each target, also after one that found something.
fuzz() {
  local found=0
  while read -r package; do
    for target in $(grep -h -o '^func Fuzz[A-Za-z0-9_]*' "$package"/*_test.go | cut -c6-); do
      echo "--> $package $target"
      go test "./$package" -run '^$' -fuzz "^$target\$" -fuzztime "${LIANXIN_FUZZ_TIME:-30s}" -fuzzminimizetime 10x || found=1
    done
  done < <(grep -rl --include='*_test.go' '^func Fuzz' backend app | xargs -n1 dirname | sort -u)
  return "$found"
}

# One program after the other: of several at once nothing is written before each has ended.
abuse() {
  local found=0
  for package in center node desk; do
    tests -run Abuse "./backend/$package" -args -rapid.checks="${LIANXIN_ABUSE:-10000}" -rapid.seed="$seed" -rapid.nofailfile || found=1
  done
  return "$found"
}

echo "Seed $seed; $(uname -srm), $(nproc) cores, $(go version)"
proof race go test -race -timeout 60m ./...
GOGC=400 proof histories tests ./backend/proof/simulation -args -seed "$seed" -seeds "${LIANXIN_HISTORIES:-20000}"
proof powercut tests ./backend/proof/powercut -args -seed "$seed" -points 2000 -rounds 300 -center-cuts 500 -faults 60
proof kills tests -parallel 4 -run Kills ./backend/proof/failpoint -args -all -worlds 2 -kills "${LIANXIN_KILLS:-1000}" -seed "$seed"
proof defects tests ./backend/proof/defect -args -plant 100 -sound
proof abuse in_memory abuse
proof decisions tests ./backend/proof/linearizable -args -rounds 60
proof instances tests -run 'Rolling|AllKnow' ./backend/proof/fleet -args -restarts 30 -between 20 -patience 2
proof storm tests -run EveryKiosk ./backend/proof/fleet -args -kiosks 500 -operations 200 -desk 300ms
proof points tests ./backend/store -run PointsInTheLongRun -args -points "${LIANXIN_POINTS:-10000000}" -points-seed "$seed"
proof volumes tests ./backend/store -run VolumesInTheLongRun -args -volumes "${LIANXIN_VOLUMES:-20000}" -volumes-seed "$seed"
proof window-tricks in_window -run EveryTrick -args -everywhere
proof browser-tricks tricks
proof window-killed in_window -run KilledPage -args -crashes "${LIANXIN_CRASHES:-100}" -crash-seed "$seed" -slowest 10s
proof window-left in_window -run ForgetsWho -args -abandoned "${LIANXIN_ABANDONED:-1000}" -abandoned-seed "$seed"
proof fuzz fuzz

for name in "${wanted[@]}"; do
  [[ " ${known[*]} " == *" $name "* ]] || { echo "There is no proof $name, only: ${known[*]}."; failed+=("$name"); }
done
[ ${#failed[@]} = 0 ] && echo "All proofs hold." || echo "Broken: ${failed[*]}; see $logs."
exit ${#failed[@]}
