#!/usr/bin/env bash
# The real window on fresh made-up data, walked through on a virtual display.
# Leaves screenshots in build/out/smoke/screenshots.
set -euo pipefail
cd "$(dirname "$0")/../.."

rm -rf build/out/smoke
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
env -u DISPLAY -u WAYLAND_DISPLAY LIANXIN_DEMO_DATA="$PWD/build/out/smoke" LIANXIN_PORT="$port" build/scripts/run.sh
