# Sourced. use_memory NAME MIB: what tests write from here on lies in memory, in a folder of
# that name, if so much is free there: they sync thousands of databases of which nothing is
# kept. Programs are built on the disk all the same. The folder goes when the shell ends.
use_memory() {
  local free
  free=$(df --output=avail -BM /dev/shm 2>/dev/null | tail -n1 | tr -dc 0-9)
  [ "${free:-0}" -gt "$2" ] || return 0
  export GOTMPDIR=${TMPDIR:-/tmp}
  export TMPDIR=/dev/shm/$1
  mkdir -p -m 755 "$TMPDIR" # for PostgreSQL too, which runs under an account of its own
  trap 'rm -rf "$TMPDIR"' EXIT
}
