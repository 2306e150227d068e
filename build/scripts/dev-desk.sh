#!/usr/bin/env bash
# Starts a development desk that a browser can drive, on a virtual display:
#   dev-desk.sh --center URL [flag of `lianxin desk`]…
# Prints "ready http://localhost:PORT" once the browser may connect, and ends
# with the desk. Run `make dev` first to build the program.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$here/../bin/lianxin-dev
[ -x "$program" ] || { echo "build/bin/lianxin-dev is missing: run \`make dev\`" >&2; exit 1; }
LIANXIN_SCREEN=1440x900x24 exec "$here/display.sh" "$program" desk --demo --dev-server localhost:0 "$@"
