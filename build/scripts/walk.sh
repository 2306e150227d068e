#!/usr/bin/env bash
# Starts a kiosk on the current display and walks one donor through it:
#   walk.sh DATA kiosk FLAG…
# Screenshots go to DATA/screenshots, receipts where the flags say.
set -euo pipefail
cd "$(dirname "$0")/../.."
source build/scripts/expect.sh

data=$1
shift
trap 'kill -TERM "$kiosk" 2>/dev/null || true; wait 2>/dev/null || true' EXIT
build/bin/lianxin "$@" >"$data/kiosk.out" 2>"$data/kiosk.err" &
kiosk=$!
expect "$data/kiosk.out" "$kiosk" "^painted" || { tail -n 5 "$data/kiosk.err" >&2; exit 1; }
grep "^painted" "$data/kiosk.out" | sed 's/^/==> First page /'
/usr/bin/python3 build/scripts/walk.py "$data/screenshots" "$data/center/center.db"
