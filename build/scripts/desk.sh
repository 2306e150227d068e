#!/usr/bin/env bash
# A clerk's claim in the desk's real window, by the keyboard alone, on fresh made-up data
# and a virtual display with a window manager; and the window of the waiting room. Leaves screenshots in
# build/out/desk/screenshots. The center must have the claim and its pages, and the
# receipt must be a sound PDF with the claim's number.
set -euo pipefail
cd "$(dirname "$0")/../.."
source build/scripts/expect.sh
source build/scripts/demo-center.sh

data=$PWD/build/out/desk
# inside: what runs on the display, with a session bus.
if [ "${1:-}" = inside ]; then
  trap 'kill $(jobs -p) 2>/dev/null || true; wait 2>/dev/null || true' EXIT
  openbox --config-file app/testdata/openbox.xml 2>"$data/manager.err" &
  manager=$!
  # A window has the keyboard only where somebody gives it: the window manager comes first.
  until xprop -root _NET_SUPPORTING_WM_CHECK | grep -q "window id"; do kill -0 "$manager"; sleep 0.05; done
  build/bin/lianxin desk --demo --center "$2" --data "$data/$4" --printer "folder:$data/slips" >"$data/desk.out" 2>"$data/desk.err" &
  expect "$data/desk.out" $! "^painted" || { tail -n 5 "$data/desk.err" >&2; exit 1; }
  /usr/bin/python3 "build/scripts/$3.py" "$data"
  exit
fi

build/scripts/day.sh 240
rm -rf "$data"
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
trap 'kill $(jobs -p) 2>/dev/null || true; wait 2>/dev/null || true' EXIT
start_center
build/bin/lianxin-center user demo "${place[@]}" >"$data/staff.log"
# walk SCRIPT FOLDER: a desk of its own with its own display. The bus talks a lot: its words
# go to a file, who works there is heard here.
walk() {
  env -u WAYLAND_DISPLAY LIANXIN_SCREEN=1440x900x24 build/scripts/display.sh dbus-run-session -- \
    bash -c 'exec "$@" >&4 2>&3' walk build/scripts/desk.sh inside "http://localhost:$port" "$1" "$2" 3>&2 4>&1 >"$data/bus.log" 2>&1
}
walk clerk desk
walk room reception

number=$(cat "$data/number")
# What the center says of it is asked of the center, not read from a screen.
id=$(build/bin/lianxin-center claim list "${place[@]}" --status submitted --district 110101 2>/dev/null | awk -v n="$number" '$2 == n { print $1 }')
[ -n "$id" ] || { echo "The center has no claim $number that waits for a reviewer." >&2; exit 1; }
build/bin/lianxin-center claim show "${place[@]}" "$id" >"$data/claim.json" 2>/dev/null
/usr/bin/python3 build/scripts/clerk.py --told "$data"
receipt=$(find "$data/slips" -name '*.pdf')
qpdf --check "$receipt" >/dev/null
pdftotext "$receipt" - | grep -q "$number"
# Neither the page's storage nor the dialog's memory keeps anything of it: what was typed,
# in letters of one byte and of two, and the names of the files.
/usr/bin/python3 build/scripts/clerk.py --left "$data"
echo "==> The center has claim $number, and the receipt says so"
