# Sourced by other scripts.

# expect FILE PID PATTERN: waits until a line of FILE, which process PID writes,
# matches; fails with the file's end when the process ends first.
expect() {
  touch "$1" # the program may not have opened it yet
  grep -m1 -q -- "$3" < <(exec tail -n +1 -f --pid="$2" "$1" 2>/dev/null) && return
  echo "expected \"$3\" in $1, but the program ended:" >&2
  tail -n 20 "$1" >&2
  return 1
}
