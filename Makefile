# `make help` lists what there is. Everything stays in .venv, frontend/node_modules and var.
SHELL := /bin/sh
.DEFAULT_GOAL := help
BIN := .venv/bin
ARGS ?=

.PHONY: help demo test check bench lock precheck screenshots front-end translations runtime development

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' Makefile

demo: runtime front-end translations ## a sample city on http://localhost:8000 (ARGS="--lan --reset --port 8001 --crowd 50")
	@exec $(BIN)/python -m onetrip demo $(ARGS)

test: development precheck front-end translations ## every test (ARGS="tests/core -k audit" for some)
	@ops/build/system-packages.sh
	@ops/build/test.sh $(ARGS)

check: development precheck ## style, types, layers: the quick look before every commit
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/djlint --check --lint --quiet onetrip
	@# The types of models come from loaded settings; nothing is asked of these servers.
	ONETRIP_MODE=demo ONETRIP_SECRET_KEY=types DATABASE_URL=postgresql:///none VALKEY_URL=unix:///none $(BIN)/mypy
	$(BIN)/pytest -q tests/architecture

bench: development precheck front-end translations ## measure against the limits; writes var/bench.json
	@$(BIN)/python -m bench $(ARGS)

precheck: runtime ## the optional pre-check of photographed papers (demo and worker find it by themselves)
	@ops/build/venv.sh requirements-precheck.lock

screenshots: development front-end translations ## the README's pictures, from the real journeys
	@ops/build/system-packages.sh
	@ONETRIP_SCREENSHOTS=docs/pictures $(BIN)/pytest -q tests/journeys $(ARGS)

lock: runtime ## new versions of all packages into requirements*.lock
	@$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade \
	    --no-emit-index-url requirements.in --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade \
	    --no-emit-index-url requirements-dev.in --constraint requirements.lock --output-file requirements-dev.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade \
	    --no-emit-index-url requirements-precheck.in --constraint requirements-dev.lock \
	    --output-file requirements-precheck.lock

front-end: runtime ## scripts and style sheets out of frontend/
	@ops/build/front-end.sh

translations: runtime ## the compiled texts
	@$(BIN)/python -m onetrip translations

runtime:
	@ops/build/venv.sh requirements.lock

development:
	@ops/build/venv.sh requirements-dev.lock
