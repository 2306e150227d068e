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
if [ ! -e "$data/kiosk/kiosk.db" ]; then
  invite_kiosk
  kiosk+=(--invitation "$data/invitation")
fi

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  echo "==> Opening the kiosk in a window; close the window to stop. Receipts: $data/receipts"
  build/bin/lianxin "${kiosk[@]}" --windowed
  exit
fi
echo "==> This machine has no screen: the kiosk opens on a virtual display and one donor walks through it"
build/scripts/display.sh dbus-run-session -- build/scripts/walk.sh "$data" "${kiosk[@]}"
