#!/usr/bin/env bash
# Starts a development kiosk that a browser can drive, on a virtual display:
#   dev-kiosk.sh --data DIR [flag of `lianxin kiosk`]…
# Prints "ready http://localhost:PORT" once the browser may connect, and ends
# with the kiosk. Run `make dev` first to build the program.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$here/../bin/lianxin-dev
[ -x "$program" ] || { echo "build/bin/lianxin-dev is missing: run \`make dev\`" >&2; exit 1; }
exec "$here/display.sh" "$program" kiosk --demo --dev-server localhost:0 "$@"
