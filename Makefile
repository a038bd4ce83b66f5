# A newcomer needs two targets: run and test.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run build install dist test soak bench lint catalog evidence ip-ranges man fuzz clean

# What `make run` scans, for example: make run REGIONS='eu-*' SERVICES=ec2,s3 RESOLVER=192.0.2.53 RATE=300
REGIONS ?=
SERVICES ?=
RESOLVER ?=
RATE ?=
# The file of `make ip-ranges`.
RANGES ?=
# The seed of `make soak`: empty draws one, `fixed` takes the seeds of `make test`.
SOAK_SEED ?=
FUZZ_SECONDS ?= 20
# Where `make install` puts the program: PREFIX/bin, PREFIX/share. DESTDIR is put in front of it.
PREFIX ?= /usr/local
DESTDIR ?=
PRODUCT := .build/release/egress6

help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-9s  %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## Build, scan the partition aws, print a summary of the map
	@scripts/first-run $(PRODUCT) "$(REGIONS)" "$(SERVICES)" "$(RESOLVER)" "$(RATE)"

build: ## Build the program for release
	@scripts/setup-build
	@swift build -c release --product egress6

install: ## Install program, manual pages and completions under PREFIX
	@DESTDIR="$(DESTDIR)" scripts/install "$(PREFIX)"

dist: ## Make a static program as .tar.gz and .deb, in dist/
	@scripts/dist

test: ## Install what the tests need, build once, run every test with fixed seeds
	@scripts/setup-tests >/dev/null
	@scripts/run-tests

soak: ## Run the long tests at full length, with a new seed or SOAK_SEED
	@scripts/setup-tests >/dev/null
	@scripts/run-soak "$(SOAK_SEED)"

bench: ## Measure beside the peers; docs/benchmarks.md says what each figure means
	@scripts/setup-tests >/dev/null
	@scripts/bench
	@scripts/bench-rules

lint: ## Check format, layers, documentation, scripts
	@scripts/lint

catalog: ## Rebuild the built-in catalog image and older rules from the releases in scripts/sdk-release and older-releases
	@scripts/setup-tests >/dev/null
	@scripts/build-catalog

evidence: ## Rebuild the built-in evidence from the tables in Resources/evidence
	@scripts/build-evidence

ip-ranges: ## Rebuild the built-in address ranges from RANGES=FILE, AWS's ip-ranges.json
	@test -f "$(RANGES)" || { echo "name AWS's list: make ip-ranges RANGES=ip-ranges.json" >&2; exit 2; }
	@python3 scripts/ip_ranges.py "$(RANGES)" Resources/ip-ranges/aws.packed
	@git diff --stat -- Resources/ip-ranges

man: ## Write the manual pages and completions to .build/man
	@scripts/build-manual

fuzz: ## Run each fuzz target for FUZZ_SECONDS
	@set -e; for target in Fuzz/*.swift; do \
	  scripts/fuzz "$$(basename "$$target" .swift)" $(FUZZ_SECONDS) 2>&1 | grep -E '^(Done|SUMMARY|stat::peak|==)|ERROR' | sed "s|^|$$target: |"; \
	  test "$${PIPESTATUS[0]}" = 0; \
	done

clean: ## Remove what the build made
	@rm -rf .build .build-* dist
