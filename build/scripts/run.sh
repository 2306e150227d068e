#!/usr/bin/env bash
# Starts a center with made-up data and a kiosk that belongs to it. With a
# screen the kiosk opens in a window; without one it opens on a virtual display
# and one donor is walked through it. Everything lies in build/out/demo.
set -euo pipefail
cd "$(dirname "$0")/../.."
source build/scripts/expect.sh
source build/scripts/demo-center.sh

data=${LIANXIN_DEMO_DATA:-$PWD/build/out/demo}
port=${LIANXIN_PORT:-8790}
trap 'kill $(jobs -p) 2>/dev/null || true; wait 2>/dev/null || true' EXIT

start_center
kiosk=(kiosk --demo --data "$data/kiosk" --printer "folder:$data/receipts" --pin 2580)
# The program knows whether the kiosk was let in; a first run that was cut short
# leaves a database behind without that.
# Not being let in yet (5) is no news; every other failure is.
code=0
build/bin/lianxin enrolled --demo --data "$data/kiosk" >/dev/null 2>"$data/enrolled.log" || code=$?
if [ "$code" != 0 ]; then
  [ "$code" = 5 ] || cat "$data/enrolled.log" >&2
  invite_kiosk
  kiosk+=(--invitation "$data/invitation")
fi

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  echo "==> Opening the kiosk in a window; close the window to stop. Receipts: $data/receipts"
  build/bin/lianxin "${kiosk[@]}" --windowed
  exit
fi
echo "==> This machine has no screen: the kiosk opens on a virtual display and one donor walks through it"
# The bus talks a lot: its words go to a file, the walk's stay here.
build/scripts/display.sh dbus-run-session -- bash -c 'exec "$@" >&4 2>&3' walk build/scripts/walk.sh "$data" "${kiosk[@]}" 3>&2 4>&1 >"$data/bus.log" 2>&1
echo "==> Receipts: $(find "$data/receipts" -name '*.pdf' 2>/dev/null | tr '\n' ' ')"
