# The whole daily life. Needs python3, pip and make; everything else is set up here.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
UV := $(or $(shell command -v uv 2>/dev/null),.tools/bin/uv)
BIN := .venv/bin
# All extras but spark, which brings 400 MB and needs Java: `make test-spark` adds it.
EXTRAS := --extra archive --extra postgres --extra forecast
SERVE ?= 1
DESK ?= demo-desk
export UV_PYTHON_PREFERENCE := only-system

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(UV):
	@python3 -m pip --version >/dev/null 2>&1 || { echo "pip is missing: install it (Debian: apt-get install python3-pip) and run make again" >&2; exit 1; }
	python3 -m pip install --quiet --disable-pip-version-check --target .tools 'uv>=0.13,<0.14'

.venv/.ready: pyproject.toml uv.lock | $(UV)
	$(UV) sync --quiet --frozen $(EXTRAS)
	@touch $@

setup: .venv/.ready  ## the environment in .venv, from the hash-locked uv.lock

demo: .venv/.ready  ## make demo-desk/ with the Armenia case, two people to sign in as, an invented inbox; publish, verify, serve (SERVE=0 stops before)
	@SERVE=$(SERVE) scripts/demo $(DESK)

test: .venv/.ready  ## the tests, in parallel, without network
	$(BIN)/python -m pytest -n auto

test-spark: .venv/.ready  ## the contract of engines on Spark too: adds the extra (400 MB), needs Java 17
	$(UV) sync --quiet --frozen $(EXTRAS) --extra spark
	$(BIN)/python -m pytest -n 0 tests/prepare/test_contract.py

check: .venv/.ready  ## ruff, mypy (strict on every room below records), import-linter, and the lock
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(UV) lock --check --quiet

fix: .venv/.ready  ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/.ready  ## benchmarks, side by side in one run
	$(UV) sync --quiet --frozen $(EXTRAS) --group bench
	for one in benchmarks/*.py; do $(BIN)/python $$one; done

fuzz: .venv/.ready  ## fuzz the parsers for a bounded time
	$(UV) sync --quiet --frozen $(EXTRAS) --group fuzz
	$(BIN)/python -m tests.fuzz

docs: .venv/.ready  ## write docs/reference from the code, then build the site of the docs
	$(BIN)/python scripts/reference.py
	$(BIN)/zensical build --clean

sbom: .venv/.ready  ## a bill of materials of what is installed: sbom.cdx.json (CycloneDX)
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --of JSON -o sbom.cdx.json $(BIN)/python

clean:  ## remove what was made, keep desks
	rm -rf .venv .tools .pytest_cache .mypy_cache .ruff_cache .import_linter_cache site-docs

.PHONY: help setup demo test test-spark check fix bench fuzz docs sbom clean
