#!/usr/bin/env bash
# Donors check in one after the other at one window, and its memory is watched.
#   LIANXIN_BENCH_SOAK  for how long (30m); a donor takes one to two minutes, without
#                       the hours in between
set -euo pipefail
cd "$(dirname "$0")/../.."
source build/scripts/expect.sh
source build/scripts/demo-center.sh
source build/bench/enrolled.sh

data=$PWD/build/out/bench/soak
rm -rf "$data"
trap 'kill $(jobs -p) 2>/dev/null || true; wait 2>/dev/null || true' EXIT
port=$(free_port)
start_center
enrolled_kiosk kiosk
length=${LIANXIN_BENCH_SOAK:-30m}
[ "${LIANXIN_BENCH_FULL:-1}" = 1 ] || length=2m
go build -buildvcs=false -o "$data/driver" ./backend/proof/bench/window
# The bus talks a lot: its words go to a file.
dbus-run-session -- bash -c 'exec "$@" >&4 2>&3' soak "$data/driver" -data "$data/kiosk" -center "$data/center/center.db" -soak "$length" 3>&2 4>&1 >"$data/bus.log" 2>&1
