# Two targets for a newcomer: run, test. The rest: bench, lint, catalog, man, fuzz, clean.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run build test bench lint catalog man fuzz clean

# What `make run` scans: REGIONS='eu-*', SERVICES=ec2,s3, RESOLVER=192.0.2.53, RATE=300.
REGIONS ?=
SERVICES ?=
RESOLVER ?=
RATE ?=
FUZZ_SECONDS ?= 20
PRODUCT := .build/release/egress6

help: ## Say what each target does
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | column -t -s "$$(printf '\t')"

run: build ## Build, scan the partition aws, print a summary of the map
	@scripts/first-run $(PRODUCT) "$(REGIONS)" "$(SERVICES)" "$(RESOLVER)" "$(RATE)"

build: ## Build the program for release
	@scripts/setup-build
	@swift build -c release --product egress6

test: ## Install what the tests need, build once, run everything
	@scripts/setup-tests >/dev/null
	@scripts/run-tests

bench: ## Measure beside the peers; docs/benchmarks.md says what each figure means
	@scripts/setup-tests >/dev/null
	@scripts/bench
	@scripts/bench-rules

lint: ## Check format, layers, documentation, scripts
	@scripts/lint

catalog: ## Rebuild the built-in catalog image from the pinned SDK release
	@scripts/setup-tests >/dev/null
	@scripts/build-catalog

man: ## Write the manual pages and completions to .build/man
	@scripts/build-manual

fuzz: ## Run each fuzz target for FUZZ_SECONDS
	@set -e; for target in Fuzz/*.swift; do \
	  scripts/fuzz "$$(basename "$$target" .swift)" $(FUZZ_SECONDS) 2>&1 | grep -E '^(Done|SUMMARY|stat::peak|==)|ERROR' | sed "s|^|$$target: |"; \
	  test "$${PIPESTATUS[0]}" = 0; \
	done

clean: ## Remove what the build made
	@rm -rf .build .build-*
