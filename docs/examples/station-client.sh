#!/usr/bin/env bash
# A station's client, for whoever writes one: bash, curl and OpenSSL 3 do what docs/clients.md says.
#
#   station-client.sh join QR.TXT              makes a key, uses the code, prints the fingerprint
#   station-client.sh await                    waits until staff have let the key in
#   station-client.sh send STATION FILE        sends up to 500 records, one JSON object a line, and prints their fates
#
# LIANXIN_CLIENT is the folder it keeps its key in.
home=${LIANXIN_CLIENT:-station-client}
. "$(dirname "$0")/client.sh"

# field is a text with its length before it, eight bytes, big endian; here all are shorter than 256.
field() { printf '\0\0\0\0\0\0\0\x'"$(printf %02x "${#1}")"'%s' "$1"; }

# proof shows that the key is this client's: for the code when it is used, for the enrolment's id afterwards.
proof() { printf 'v1.%s' "$({ printf 'lianxin possession 1\0'; field "$1"; field "$(key_id)"; } | signature)"; }

join() {
  [ ! -e "$home/enrolment" ] || { echo "$home has a client that has joined; name another folder in LIANXIN_CLIENT" >&2; return 1; }
  mkdir -p "$home"
  new_key
  local url code answer
  url=$(member url <"$1") code=$(member token <"$1")
  answer=$(ask POST "$url/enrolments" -d '{"code":"'"$code"'","public_key":"'"$(public | openssl base64 -A)"'","proof":"'"$(proof "$code")"'","version":"example 1"}')
  printf '%s' "$url" >"$home/url"
  member id <<<"$answer" >"$home/enrolment"
  printf 'Tell the center this fingerprint; it has to be the same on its screen:\n\n    %s\n\n' "$(member fingerprint <<<"$answer")"
}

await() {
  local enrolment answer
  enrolment=$(cat "$home/enrolment")
  while answer=$(ask GET "$(cat "$home/url")/enrolments/$enrolment" -H "Lianxin-Proof: $(proof "$enrolment")"); do
    case $(member status <<<"$answer") in
      approved)
        member device_id <<<"$answer" >"$home/device"
        member issuer <<<"$answer" >"$home/issuer"
        echo "let in for $(member site_id <<<"$answer")"
        return ;;
      pending) sleep 1 ;;
      *) echo "the center said $(member status <<<"$answer")" >&2; return 1 ;;
    esac
  done
  return 1
}

send() {
  { printf '{"records":['; paste -sd, "$2"; printf ']}'; } >"$home/batch.json" # kept: when no answer comes, it is sent again as it was
  let_in POST "/stations/$1/batches" --data-binary "@$home/batch.json"
}

case ${1:-} in
  join | await | send) "$@" ;;
  *) sed -n '2,8s/^# \?//p' "$0"; exit 2 ;;
esac
