#!/usr/bin/env bash
# Waits for the next day in Beijing when less than SECONDS of this one are left:
#   day.sh SECONDS [NOW]
# Bookings and answers are of a day, so a world that is made before midnight and
# walked through after it has none. With NOW (seconds since 1970) only says how
# long it would wait.
set -euo pipefail

# Beijing keeps no summer time: a day ends at 16:00 UTC, all year.
now=${2:-$(date +%s)}
left=$((86400 - (now + 8 * 3600) % 86400))
wait=0
[ "$left" -ge "$1" ] || wait=$left
if [ -n "${2:-}" ]; then
  echo "$wait"
elif [ "$wait" -gt 0 ]; then
  echo "==> It is $wait s to midnight in Beijing: waiting for the new day, as bookings are made for a day" >&2
  sleep "$wait"
fi
