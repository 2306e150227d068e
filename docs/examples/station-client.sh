#!/usr/bin/env bash
# A station's client, for whoever writes one: bash, curl and OpenSSL 3 do what docs/clients.md says.
#
#   station-client.sh join QR.TXT              makes a key, uses the code, prints the fingerprint
#   station-client.sh await                    waits until staff have let the key in
#   station-client.sh send STATION FILE        sends up to 500 records, one JSON object a line, and prints their fates
#
# LIANXIN_CLIENT is the folder it keeps its key in.
set -euo pipefail
umask 077
home=${LIANXIN_CLIENT:-station-client}

base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

# member NAME prints a text out of the JSON object on standard input. A real client has a JSON library.
member() { sed -n 's/.*"'"$1"'": *"\([^"]*\)".*/\1/p'; }

# public is the 32 bytes of the public key, key_id its RFC 7638 thumbprint.
public() { openssl pkey -in "$home/key.pem" -pubout -outform DER | tail -c 32; }
key_id() { printf '{"crv":"Ed25519","kty":"OKP","x":"%s"}' "$(public | base64url)" | openssl dgst -sha256 -binary | base64url; }

# signature signs standard input.
signature() {
  cat >"$home/signed"
  openssl pkeyutl -sign -rawin -inkey "$home/key.pem" -in "$home/signed" | base64url
}

# field is a text with its length before it, eight bytes, big endian; here all are shorter than 256.
field() { printf '\0\0\0\0\0\0\0\x'"$(printf %02x "${#1}")"'%s' "$1"; }

# proof shows that the key is this client's: for the code when it is used, for the enrolment's id afterwards.
proof() { printf 'v1.%s' "$({ printf 'lianxin possession 1\0'; field "$1"; field "$(key_id)"; } | signature)"; }

# ask METHOD URL [curl options] prints the answer, or the center's reason and fails.
ask() {
  local answer
  answer=$(curl -sS --fail-with-body --max-time 60 -X "$1" "$2" -H 'Content-Type: application/json' "${@:3}") || {
    printf '%s\n' "$answer" >&2
    return 1
  }
  printf '%s' "$answer"
}

join() {
  [ ! -e "$home/enrolment" ] || { echo "$home has a client that has joined; name another folder in LIANXIN_CLIENT" >&2; return 1; }
  mkdir -p "$home"
  openssl genpkey -algorithm ed25519 -out "$home/key.pem" # before anybody hears of it
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

# access is a token of ten minutes, for an assertion (RFC 7523) that is good for one minute and once.
access() {
  local device now claims text
  device=$(cat "$home/device") now=$(date +%s)
  claims='{"iss":"'$device'","sub":"'$device'","aud":"'$(cat "$home/issuer")'/token","jti":"'$(openssl rand -hex 16)'","iat":'$now',"exp":'$((now + 60))'}'
  text=$(printf '{"alg":"EdDSA","typ":"client-authentication+jwt","kid":"%s"}' "$(key_id)" | base64url).$(printf %s "$claims" | base64url)
  text=$text.$(printf %s "$text" | signature)
  ask POST "$(cat "$home/url")/token" -d @<(printf '{"grant_type":"urn:ietf:params:oauth:grant-type:jwt-bearer","assertion":"%s"}' "$text") | member access_token
}

send() {
  { printf '{"records":['; paste -sd, "$2"; printf ']}'; } >"$home/batch.json" # kept: when no answer comes, it is sent again as it was
  local bearer
  bearer=$(access)
  # Not in curl's arguments: everybody on the machine can read those.
  ask POST "$(cat "$home/url")/stations/$1/batches" -H @<(printf 'Authorization: Bearer %s' "$bearer") --data-binary "@$home/batch.json"
  echo
}

case ${1:-} in
  join | await | send) "$@" ;;
  *) sed -n '2,8s/^# \?//p' "$0"; exit 2 ;;
esac
