# What every client does, for the examples beside it: bash, curl and OpenSSL 3 do what docs/clients.md says.
# Sourced; home is the folder a client keeps its key in, with url, device and issuer once it was let in.
set -euo pipefail
umask 077

base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

# member NAME prints a text out of the JSON object on standard input. A real client has a JSON library.
member() { sed -n 's/.*"'"$1"'": *"\([^"]*\)".*/\1/p'; }

# new_key makes the key, before anybody hears of it.
new_key() { openssl genpkey -algorithm ed25519 -out "$home/key.pem"; }

# public is the 32 bytes of the public key, key_id its RFC 7638 thumbprint.
public() { openssl pkey -in "$home/key.pem" -pubout -outform DER | tail -c 32; }
key_id() { printf '{"crv":"Ed25519","kty":"OKP","x":"%s"}' "$(public | base64url)" | openssl dgst -sha256 -binary | base64url; }

# signature signs standard input.
signature() {
  cat >"$home/signed"
  openssl pkeyutl -sign -rawin -inkey "$home/key.pem" -in "$home/signed" | base64url
}

# ask METHOD URL [curl options] prints the answer, or the center's reason and fails.
ask() {
  local answer
  answer=$(curl -sS --fail-with-body --max-time 60 -X "$1" "$2" -H 'Content-Type: application/json' "${@:3}") || {
    printf '%s\n' "$answer" >&2
    return 1
  }
  printf '%s' "$answer"
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

# let_in METHOD PATH [curl options] asks as who was let in. The token is not among curl's arguments: everybody on the machine can read those.
let_in() {
  local bearer
  bearer=$(access)
  ask "$1" "$(cat "$home/url")$2" -H @<(printf 'Authorization: Bearer %s' "$bearer") "${@:3}"
  echo
}
