# Sourced after demo-center.sh: kiosks that belong to the center. Needs: data (folder).

free_port() {
  node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

# heard FOLDER: waits until the kiosk there has what the center tells it.
heard() {
  /usr/bin/python3 - "$1/kiosk.db" <<'PYTHON'
import sqlite3, sys, time
end = time.monotonic() + 60
with sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True) as kiosk:
    while not kiosk.execute("SELECT 1 FROM sites").fetchone():
        if time.monotonic() > end:
            sys.exit("the kiosk heard nothing from the center")
        time.sleep(0.2)
PYTHON
}

# enrolled_kiosk NAME: lets a kiosk in with the folder $data/NAME and closes it again.
# This first start also reads the program from the disk.
enrolled_kiosk() {
  local name=$1 kiosk
  invite_kiosk
  build/scripts/display.sh build/bin/lianxin kiosk --demo --data "$data/$name" --invitation "$data/invitation" --log-stderr >"$data/$name.out" 2>"$data/$name.err" &
  kiosk=$!
  expect "$data/$name.out" "$kiosk" "^painted"
  wait "$enroll_pid"
  heard "$data/$name" # a kiosk that was ended before it heard would ask again
  kill -TERM "$kiosk"
  wait "$kiosk" || true
}
