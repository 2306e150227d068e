#!/usr/bin/env bash
# Opens the desk on the sample data of `make run`, and starts the center unless it
# runs already. Log in with the button for the demo.
set -euo pipefail
cd "$(dirname "$0")/../.."
source build/scripts/expect.sh
source build/scripts/demo-center.sh

data=${LIANXIN_DEMO_DATA:-$PWD/build/out/demo}
port=${LIANXIN_PORT:-8790}
place=(--demo --data "$data/center" --url "http://localhost:$port")
[ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || { echo "The desk needs a screen: neither DISPLAY nor WAYLAND_DISPLAY is set." >&2; exit 1; }
trap 'kill $(jobs -p) 2>/dev/null || true; wait 2>/dev/null || true' EXIT

if (exec 3<>"/dev/tcp/localhost/$port") 2>/dev/null; then
  echo "==> A center serves at http://localhost:$port already"
else
  start_center
fi
build/bin/lianxin-center user demo "${place[@]}"
echo "==> Opening the desk; slips: $data/slips"
build/bin/lianxin desk --demo --center "http://localhost:$port" --data "$data/desk" --printer "folder:$data/slips" "$@"
