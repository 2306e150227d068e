#!/usr/bin/env bash
# The real window on fresh made-up data, walked through on a virtual display.
# Leaves screenshots in build/out/smoke/screenshots. The receipt must be a sound
# PDF that says the queue number the screen said.
set -euo pipefail
cd "$(dirname "$0")/../.."

build/scripts/day.sh 360
rm -rf build/out/smoke
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
env -u DISPLAY -u WAYLAND_DISPLAY LIANXIN_DEMO_DATA="$PWD/build/out/smoke" LIANXIN_PORT="$port" \
  build/scripts/run.sh | tee build/out/smoke.out

receipt=$(find build/out/smoke/receipts -name '*.pdf')
qpdf --check "$receipt" >/dev/null
number=$(pdftotext "$receipt" - | grep -m1 -oE '^[A-Z][0-9]{3}$')
grep -q "queue number $number" build/out/smoke.out
echo "==> The receipt says $number too"
