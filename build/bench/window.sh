#!/usr/bin/env bash
# The kiosk's window beside Chromium with the same page and an empty window: makes a
# center with made-up data and two enrolled kiosks, one for the window, one whose
# development build serves the page to Chromium.
#   LIANXIN_BENCH_USE     how long each is used in the last turn, before its memory is measured (10m)
#   LIANXIN_BENCH_ROUNDS  turns of each (5)
set -euo pipefail
cd "$(dirname "$0")/../.."
source build/scripts/expect.sh
source build/scripts/demo-center.sh
source build/bench/enrolled.sh

data=$PWD/build/out/bench/window
rm -rf "$data"
port=$(free_port)
trap 'kill $(jobs -p) 2>/dev/null || true; wait 2>/dev/null || true' EXIT

go build -buildvcs=false -tags desktop,production,webkit2_41 -ldflags '-s -w' -o "$data/empty" ./build/bench/window/empty
start_center
enrolled_kiosk window
enrolled_kiosk browser
build/scripts/dev-kiosk.sh --data "$data/browser" --log-stderr >"$data/dev.out" 2>"$data/dev.err" &
expect "$data/dev.out" "$!" "^ready "
page=$(sed -n 's/^ready //p' "$data/dev.out")
node build/bench/window/path.mjs "$page" >"$data/taps"
rounds=${LIANXIN_BENCH_ROUNDS:-5} use=${LIANXIN_BENCH_USE:-10m}
[ "${LIANXIN_BENCH_FULL:-1}" = 1 ] || { rounds=1 use=5s; }
go run ./backend/proof/bench/window -data "$data/window" -page "$page" -empty "$data/empty" -taps "$data/taps" -rounds "$rounds" -use "$use"
