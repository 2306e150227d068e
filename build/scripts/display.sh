#!/usr/bin/env bash
# Runs a command on a virtual display shaped like a kiosk's screen:
#   display.sh COMMAND ARG…
# The display's number is chosen by the server, so many may run at once.
set -euo pipefail

size=${LIANXIN_SCREEN:-1080x1920x24}
# Without -noreset the server begins anew when its last client leaves, and whoever connects at that moment is refused.
exec {number}< <(exec Xvfb -displayfd 3 -screen 0 "$size" -nolisten tcp -noreset 3>&1 >/dev/null 2>&1)
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
read -r display <&"$number" || { echo "display.sh: Xvfb did not start (apt package xvfb)" >&2; exit 1; }

export DISPLAY=":$display"
unset WAYLAND_DISPLAY
"$@" &
child=$!
trap 'kill -TERM "$child" 2>/dev/null || true' TERM INT
code=0
# A signal interrupts wait; wait again until the command itself has ended.
while kill -0 "$child" 2>/dev/null; do
  code=0
  wait "$child" || code=$?
done
exit "$code"
