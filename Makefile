# The one entrance. `make run` starts the demo; `make help` lists the rest. Plain sh and GNU make; needs python3 >= 3.11.

PYTHON ?= python3
PORT ?= 8501
CONSENT_MODE ?= demo
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCK := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --no-strip-extras \
	--build-deps-for=editable --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options $(UPGRADE)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup tools run check test coverage soak bench screenshots docs lock clean

help: ## List what there is to make.
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile | expand -t 12

setup: .venv/dev tools ## Install everything that the tests need, browser and PDF tools included.

# What runs in a clinic: the locked packages, each checked against its digest, and this project itself.
.venv/runtime: requirements.txt pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes -r requirements.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: requirements-dev.txt .venv/runtime
	$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "This needs Python 3.11 or later. Name one: make PYTHON=/path/to/python3 …"; exit 1; }
	$(PYTHON) -m venv .venv

# What tests use and pip does not bring: a browser, a library of its driver, two independent readers of PDF, Go with its
# own judge of signed notes and tree proofs, and a token for keys.
TOOLS := chromium libatomic1 qpdf poppler-utils openssl golang-go golang-golang-x-mod-dev softhsm2
tools:
	@lacks() { \
		for tool in chromium qpdf pdftotext pdftoppm pdfsig openssl go softhsm2-util; do command -v $$tool >/dev/null || echo $$tool; done; \
		/sbin/ldconfig -p | grep -q libatomic.so.1 || echo libatomic1; \
		test -d /usr/share/gocode/src/golang.org/x/mod/sumdb || echo golang-golang-x-mod-dev; \
	}; \
	test -z "$$(lacks)" && exit 0; \
	echo "Missing:" $$(lacks); \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
			apt-get install -y -qq --no-install-recommends $(TOOLS) >/dev/null; \
	fi; \
	test -z "$$(lacks)" || { \
		echo "Install them, as root: apt-get install --no-install-recommends $(TOOLS)"; exit 1; }

run: .venv/runtime ## Start the app at http://localhost:8501, in demo mode unless CONSENT_MODE=production (PORT=, CONSENT_…=).
	CONSENT_MODE=$(CONSENT_MODE) CONSENT_RECORDS="$${CONSENT_RECORDS:-./records/$(CONSENT_MODE)}" \
		$(BIN)/streamlit run app.py --server.port $(PORT)

check: .venv/dev ## Format, lint, types, and who may import whom.
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports

# A browser waits more than it works: its journeys, and the screens, run beside the other tests. The halves take about as long as each other.
LIVE := tests/journeys tests/screens
OTHERS := $(filter-out $(LIVE),$(patsubst %/,%,$(wildcard tests/*/)))
test: setup ## All tests but the long ones, in two halves side by side.
	@mkdir -p build; \
	$(BIN)/python -m pytest -q -m "not soak" $(LIVE) > build/live.log 2>&1 & half=$$!; \
	$(BIN)/python -m pytest -q -m "not soak" $(OTHERS); others=$$?; \
	wait $$half; live=$$?; cat build/live.log; exit $$((others || live))

coverage: setup ## The tests of the law and the desk, and the branches they miss.
	$(BIN)/python -m pytest -q tests/model tests/workflow --cov=consent/model --cov=consent/workflow --cov-branch

soak: setup ## The tests that repeat thousands of times, and the mutants of seal, verdict, canon and log: hours.
	$(BIN)/python -m pytest -q -m soak --timeout 7200
	$(BIN)/python -m tests.mutation.run

bench: setup ## Measure; docs/performance.md says what the figures mean (ENTRIES=1000000: verify so many).
	$(BIN)/python -m pytest -q -s tests/bench -o addopts="--import-mode=importlib -p no:cacheprovider" --benchmark-only

screenshots: setup ## Take the pictures of docs/screens again, from the running demo.
	$(BIN)/python -m tests.pictures docs/screens
	rm -rf build/demo && $(BIN)/python -m consent demo --out build/demo --seed 7
	pdftoppm -r 55 -png -singlefile -f 1 -l 1 build/demo/consent.pdf docs/screens/document-first
	pdftoppm -r 55 -png -singlefile -f 5 -l 5 build/demo/consent.pdf docs/screens/document-numbers
	pdftoppm -r 55 -png -singlefile -f 18 -l 18 build/demo/consent.pdf docs/screens/document-signed

docs: .venv/runtime ## Write the generated pages again.
	$(BIN)/python docs/make_states.py > docs/states.md

lock: .venv/dev ## Lock the packages again after a change in pyproject.toml (newer ones: UPGRADE=--upgrade).
	$(LOCK) --output-file requirements.txt pyproject.toml
	$(LOCK) --extra dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml

clean: ## Remove what was installed or built here. Records stay.
	rm -rf .venv build consent.egg-info .benchmarks .hypothesis .mypy_cache .ruff_cache .import_linter_cache .coverage
