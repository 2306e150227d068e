#!/usr/bin/env bash
# Checks that Go and Node are there and new enough; both come from their makers.
set -euo pipefail

fail() { echo "$1" >&2; exit 1; }
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n1)" = "$2" ]; }

command -v go >/dev/null || fail "Go is missing: install Go 1.26 or newer from https://go.dev/dl/ and put it on PATH."
go=$(go env GOVERSION)
at_least "${go#go}" 1.26 || fail "Go ${go#go} is too old: 1.26 or newer is needed (https://go.dev/dl/)."

command -v npm >/dev/null || fail "Node is missing: install Node 20.19 or newer from https://nodejs.org/ and put it on PATH."
node=$(node --version)
at_least "${node#v}" 20.19 || fail "Node ${node#v} is too old: 20.19 or newer is needed (https://nodejs.org/)."
