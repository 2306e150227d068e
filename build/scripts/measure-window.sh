#!/usr/bin/env bash
# Prints how long the kiosk's real window takes to its first painted page and
# how much memory it uses with all its processes:  measure-window.sh [RUNS]
# Memory is PSS: pages shared by several processes count once. Needs root, since
# a kiosk does not let others read it.
set -euo pipefail
cd "$(dirname "$0")/../.."
source build/scripts/expect.sh

# family PID: the process and everything below it.
family() {
  local child
  echo "$1"
  for child in $(cat "/proc/$1/task/"*/children 2>/dev/null); do family "$child"; done
}

measure() {
  local start painted pss=0 kb pid
  data=$(mktemp -d)
  trap 'kill -TERM "$kiosk" 2>/dev/null || true; wait; rm -rf "$data"' EXIT
  start=$(date +%s%N)
  build/bin/lianxin kiosk --demo --data "$data/kiosk" --log-stderr >"$data/out" 2>"$data/err" &
  kiosk=$!
  expect "$data/out" "$kiosk" "^painted"
  painted=$((($(date +%s%N) - start) / 1000000))
  sleep 3 # memory is measured at rest, and nothing tells when a web engine rests
  for pid in $(family "$kiosk"); do
    kb=$(awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup")
    printf '    %-18s %6d MiB\n' "$(cat "/proc/$pid/comm")" $((kb / 1024))
    pss=$((pss + kb))
  done
  echo "first page $painted ms after the start, $((pss / 1024)) MiB in all processes"
}

if [ "${1:-}" = once ]; then
  measure
  exit
fi
for ((i = 0; i < ${1:-3}; i++)); do
  build/scripts/display.sh build/scripts/measure-window.sh once
done
