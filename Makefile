# Lianxin. `make help` lists the commands; each installs what it needs.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VERSION := $(or $(shell git describe --tags --always --dirty 2>/dev/null),unknown)
BUILT   := $(shell git log -1 --format=%cI 2>/dev/null)
LDFLAGS := -s -w -X main.version=$(VERSION) -X main.built=$(BUILT)
# No -trimpath: tests and programs share one build cache, which halves a first run.
GOBUILD := go build -buildvcs=false

# The window library wants these; the center must not need them.
WINDOW_TAGS := desktop,production,webkit2_41
DEV_TAGS    := dev,webkit2_41

# Tools that look at the code are pinned apart from the program's own libraries.
TOOL := go tool -modfile=build/tools/go.mod

PAGE_SOURCES := $(shell find frontend/src frontend/public -type f) \
	$(wildcard frontend/*.html frontend/*.ts frontend/*.json) backend/receipt/fruits.json

.PHONY: help run run-desk test bench prove build desktop center dev lint openapi verify-openapi clean audit
.PHONY: center-packages build-packages test-packages bench-packages run-packages toolchain

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build run-packages ## start a center with made-up data and a kiosk; without a screen, walk one donor through it
	@build/scripts/run.sh

run-desk: build run-packages ## open the desk for staff on the sample data of `make run`
	@build/scripts/run-desk.sh

test: test-packages build dev ## run every test
	@build/scripts/test.sh

bench: bench-packages build dev ## measure speed and size beside peers; writes the table of docs/performance.md
	build/bench/run.sh

prove: test-packages build dev ## what takes longer than `make test`: race detector, fuzzing
	build/scripts/prove.sh

build: desktop center ## build/bin/lianxin and build/bin/lianxin-center

desktop: toolchain build-packages frontend/dist/index.html ## build/bin/lianxin, for machines with a screen
	$(GOBUILD) -tags $(WINDOW_TAGS) -ldflags '$(LDFLAGS)' -o build/bin/lianxin .

# PKG_CONFIG=false: no C library of the desktop can be found, on purpose.
# The center serves the administrator's first page, so it embeds the built pages; those need Node, but no desktop.
center: toolchain center-packages frontend/dist/index.html ## build/bin/lianxin-center, for servers; needs gcc and Node
	PKG_CONFIG=false $(GOBUILD) -ldflags '$(LDFLAGS)' -o build/bin/lianxin-center ./backend/cmd/lianxin-center

dev: toolchain build-packages frontend/dist/index.html ## build/bin/lianxin-dev, which a browser can drive
	$(GOBUILD) -tags $(DEV_TAGS) -ldflags '-X main.version=$(VERSION)' -o build/bin/lianxin-dev .

lint: toolchain frontend/node_modules/.installed ## formatting, vet, the import law
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -d $$(git ls-files '*.go'); exit 1; }
	go vet ./...
	go vet -tags $(WINDOW_TAGS) . ./app/...
	go vet -tags $(DEV_TAGS) . ./app/...
	$(TOOL) staticcheck ./...
	go test ./backend -run Law
	cd frontend && npm run --silent typecheck

audit: toolchain frontend/node_modules/.installed ## known weaknesses of what the program is built from; needs the network
	$(TOOL) govulncheck ./...
	cd frontend && npm audit

openapi: toolchain frontend/node_modules/.installed ## write the API's document and the client's types
	build/scripts/openapi.sh write

verify-openapi: toolchain frontend/node_modules/.installed ## fail when those are stale
	build/scripts/openapi.sh verify

clean: ## remove what was built
	rm -rf build/bin build/out frontend/node_modules
	find frontend/dist -mindepth 1 ! -name .gitkeep -delete

center-packages:
	@build/scripts/apt.sh center
build-packages:
	@build/scripts/apt.sh build
test-packages:
	@build/scripts/apt.sh build test
bench-packages:
	@build/scripts/apt.sh build test bench
run-packages:
	@build/scripts/apt.sh run
toolchain:
	@build/scripts/toolchain.sh

frontend/node_modules/.installed: frontend/package-lock.json
	cd frontend && npm ci --prefer-offline --no-audit --no-fund
	touch $@

frontend/dist/index.html: frontend/node_modules/.installed $(PAGE_SOURCES)
	cd frontend && npm run --silent build
	touch $@
