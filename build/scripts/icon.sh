#!/usr/bin/env bash
# Draws build/appicon.png from the product's mark; run it when the mark changes.
set -euo pipefail
cd "$(dirname "$0")/../.."
page=$(mktemp --suffix .html)
trap 'rm "$page"' EXIT
{ echo '<!doctype html><style>body{margin:62px}svg{width:900px;height:900px}</style>'; cat frontend/public/mark.svg; } >"$page"
chromium --headless --no-sandbox --default-background-color=00000000 --window-size=1024,1024 \
  --screenshot=build/appicon.png "file://$page" >/dev/null 2>&1
