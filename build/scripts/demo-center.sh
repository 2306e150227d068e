# Sourced by other scripts, after expect.sh: a center with made-up data and an office at work.
# Sets center_pid; needs: data (folder), port.

start_center() {
  mkdir -p "$data"
  # Bookings are made for the day; those of another day are of no use.
  local today
  today=$(TZ=Asia/Shanghai date +%F)
  if [ "$(cat "$data/made-on" 2>/dev/null)" != "$today" ]; then
    rm -rf "$data/center" "$data/kiosk"
    echo "$today" >"$data/made-on"
  fi
  place=(--demo --data "$data/center" --url "http://localhost:$port")
  # The kiosk's folder belongs to one center: a center made anew does not know it.
  # Sample data that was cut short, or wiped, is made anew.
  if [ ! -e "$data/center/center.db" ] || [ ! -e "$data/center/office-made" ]; then
    rm -rf "$data/center" "$data/kiosk"
    echo "==> Making clearly fake sample data in $data/center"
    build/bin/lianxin-center seed "${place[@]}" --office 2>"$data/seed.log" || { cat "$data/seed.log" >&2; return 1; }
    touch "$data/center/office-made"
  fi
  build/bin/lianxin-center serve "${place[@]}" --listen "localhost:$port" >"$data/center.out" 2>"$data/center.log" &
  center_pid=$!
  expect "$data/center.out" "$center_pid" "serves at" || {
    tail -n 5 "$data/center.log" >&2
    echo "Is port $port taken? Choose another with LIANXIN_PORT." >&2
    return 1
  }
  echo "==> The center serves at http://localhost:$port (log: $data/center.log)"
  echo "==> For the desk, with work of made-up staff on it: make run-desk (its login page has a button for each, the administrator too)"
  echo "==> Codes that go to phones, and two numbers to try a result without a card: $data/center.out"
}

# invite_kiosk makes a one-time code in $data/invitation and approves whoever uses it.
invite_kiosk() {
  rm -f "$data/invitation" "$data/enroll.out"
  build/bin/lianxin-center enroll "${place[@]}" --site "${1:-aoti}" --name "演示自助机" \
    --yes --payload-file "$data/invitation" >"$data/enroll.out" 2>"$data/enroll.log" &
  enroll_pid=$!
  expect "$data/enroll.out" "$enroll_pid" "waiting for the device" || { cat "$data/enroll.log" >&2; return 1; }
}
