#!/usr/bin/env bash
# Installs the Debian packages of the purposes named: apt.sh build test
# The lists are build/packages/PURPOSE.txt. When everything is there already it
# asks the network nothing.
set -euo pipefail
cd "$(dirname "$0")/../packages"

mapfile -t wanted < <(sed 's/#.*//' "${@/%/.txt}" | tr -s ' \t' '\n' | sed '/^$/d' | sort -u)

if ! command -v dpkg-query >/dev/null; then
  echo "This machine is not a Debian or Ubuntu. Install what corresponds to these packages," >&2
  echo "then run again with LIANXIN_NO_APT=1:" >&2
  printf '  %s\n' "${wanted[@]}" >&2
  [ "${LIANXIN_NO_APT:-}" = 1 ] || exit 1
fi
[ "${LIANXIN_NO_APT:-}" != 1 ] || exit 0

present=$(dpkg-query -W -f='${db:Status-Status} ${binary:Package}\n' "${wanted[@]}" 2>/dev/null | sed -n 's/^installed \([^:]*\).*/\1/p' || true)
mapfile -t missing < <(comm -23 <(printf '%s\n' "${wanted[@]}") <(sort -u <<<"$present"))
[ "${#missing[@]}" -gt 0 ] || exit 0

root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || {
    echo "These packages are missing; install them as root, then run again:" >&2
    echo "  apt-get install ${missing[*]}" >&2
    exit 1
  }
  root=(sudo)
fi

# Another installation may hold the locks, and mirrors fail now and then.
apt() {
  local try
  for try in 1 2 3 4 5; do
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a \
      apt-get -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 -y -q "$@" && return
    echo "apt-get $1 did not succeed (try $try of 5)" >&2
    sleep $((try * 5))
  done
  return 1
}

echo "==> Installing ${#missing[@]} Debian packages: ${missing[*]}"
apt update
apt install --no-install-recommends "${missing[@]}"
