#!/usr/bin/env bash
# The receipt beside PDFKit, pdfmake, maroto, Chromium and WeasyPrint.
set -euo pipefail
cd "$(dirname "$0")/../.."
peers=$PWD/build/bench/receipt
[ -d "$peers/node_modules" ] || (cd "$peers" && npm ci --prefer-offline --no-audit --no-fund)
mkdir -p build/out/bench/receipt
size=(-rounds 5 -pages 10)
[ "${LIANXIN_BENCH_FULL:-1}" = 1 ] || size=(-rounds 1 -pages 2)
go test -count=1 -timeout 60m -v ./backend/proof/bench/receipt -args -peers "$peers" -out "$PWD/build/out/bench/receipt" "${size[@]}"
