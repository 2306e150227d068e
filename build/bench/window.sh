#!/usr/bin/env bash
# The kiosk's window beside Chromium with the same page and an empty window: makes a
# center with made-up data and two enrolled kiosks, one for the window, one whose
# development build serves the page to Chromium.
#   LIANXIN_BENCH_USE     how long each is used before its memory is measured (40s)
#   LIANXIN_BENCH_ROUNDS  turns of each (5)
set -euo pipefail
cd "$(dirname "$0")/../.."
source build/scripts/expect.sh
source build/scripts/demo-center.sh

data=$PWD/build/out/bench/window
rm -rf "$data"
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
trap 'kill $(jobs -p) 2>/dev/null || true; wait 2>/dev/null || true' EXIT

# heard FOLDER: waits until the kiosk there has what the center tells it.
heard() {
  /usr/bin/python3 - "$1/kiosk.db" <<'EOF'
import sqlite3, sys, time
end = time.monotonic() + 60
with sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True) as kiosk:
    while not kiosk.execute("SELECT 1 FROM sites").fetchone():
        if time.monotonic() > end:
            sys.exit("the kiosk heard nothing from the center")
        time.sleep(0.2)
EOF
}

go build -buildvcs=false -tags desktop,production,webkit2_41 -ldflags '-s -w' -o "$data/empty" ./build/bench/window/empty
start_center
for name in window browser; do
  # The window's kiosk is let in by a first start of the very program, which also
  # reads it from the disk once.
  invite_kiosk
  build/scripts/display.sh build/bin/lianxin kiosk --demo --data "$data/$name" --invitation "$data/invitation" --log-stderr >"$data/$name.out" 2>"$data/$name.err" &
  kiosk=$!
  expect "$data/$name.out" "$kiosk" "^painted"
  wait "$enroll_pid"
  heard "$data/$name" # a kiosk that was ended before it heard would ask again
  kill -TERM "$kiosk"
  wait "$kiosk" || true
done
build/scripts/dev-kiosk.sh --data "$data/browser" --log-stderr >"$data/dev.out" 2>"$data/dev.err" &
expect "$data/dev.out" "$!" "^ready "
page=$(sed -n 's/^ready //p' "$data/dev.out")
node build/bench/window/path.mjs "$page" >"$data/taps"
rounds=${LIANXIN_BENCH_ROUNDS:-5} use=${LIANXIN_BENCH_USE:-40s}
[ "${LIANXIN_BENCH_FULL:-1}" = 1 ] || { rounds=1 use=5s; }
go run ./backend/proof/bench/window -data "$data/window" -page "$page" -empty "$data/empty" -taps "$data/taps" -rounds "$rounds" -use "$use"
