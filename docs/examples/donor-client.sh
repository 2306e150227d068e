#!/usr/bin/env bash
# A donor's client, for whoever writes one: what a phone does to log in and to claim (docs/claims.md, "From a phone").
#
#   donor-client.sh ask URL KIND DOCUMENT DIN  has a code sent to the phone on record
#   donor-client.sh login CODE                 makes a key and logs in with the code
#   donor-client.sh call METHOD PATH [FILE]    asks as the donor who is logged in, with a file of JSON
#   donor-client.sh show CLAIM KIND FILE       hands a picture or PDF in
#
# LIANXIN_CLIENT is the folder it keeps its key in.
home=${LIANXIN_CLIENT:-donor-client}
. "$(dirname "$0")/client.sh"

ask_code() {
  mkdir -p "$home"
  printf '%s' "$1" | tee "$home/issuer" >"$home/url"
  ask POST "$1/donor/codes" -d @<(printf '{"document_kind":"%s","document_number":"%s","din":"%s","language":"zh-CN"}' "${@:2:3}") | member request >"$home/request"
  echo "If the numbers are right, a code is on its way to the phone on record."
}

login() {
  new_key
  local answer
  answer=$(ask POST "$(cat "$home/url")/donor/login" -d @<(printf '{"request":"%s","code":"%s","public_key":"%s"}' "$(cat "$home/request")" "$1" "$(public | openssl base64 -A)"))
  member session_id <<<"$answer" >"$home/device"
  echo "logged in until $(member ends_at <<<"$answer")"
}

call() { let_in "$1" "$2" ${3:+--data-binary "@$3"}; }

show() {
  { printf '{"kind":"%s","content":"' "$2"; openssl base64 -A -in "$3"; printf '"}'; } >"$home/page.json"
  call PUT "/donor/claims/$1/attachments/$2-$(openssl rand -hex 4)" "$home/page.json"
}

case ${1:-} in
  ask) ask_code "${@:2}" ;;
  login | call | show) "$@" ;;
  *) sed -n '2,9s/^# \?//p' "$0"; exit 2 ;;
esac
