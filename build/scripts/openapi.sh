#!/usr/bin/env bash
# Writes the API's document and the TypeScript types made from it, or says
# whether the committed ones are stale:  openapi.sh write | verify
set -euo pipefail
cd "$(dirname "$0")/../.."

made=$(mktemp -d)
trap 'rm -r "$made"' EXIT
go run ./backend/cmd/lianxin-center openapi >"$made/openapi.json"
frontend/node_modules/.bin/openapi-typescript "$made/openapi.json" -o "$made/schema.gen.ts" >/dev/null

stale=0
for pair in openapi.json:frontend/openapi.json schema.gen.ts:frontend/src/client/schema.gen.ts; do
  new=$made/${pair%%:*} old=${pair#*:}
  cmp -s "$new" "$old" && continue
  if [ "$1" = write ]; then
    cp "$new" "$old"
    echo "wrote $old"
  else
    echo "$old is stale: run \`make openapi\`" >&2
    diff -u "$old" "$new" | head -n 20 >&2 || true
    stale=1
  fi
done
exit "$stale"
