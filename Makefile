# `make` says what there is. Every target makes .venv by itself, from requirements.lock, with the standard library's venv.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
LOCKED := $(VENV)/.locked
INSTALLED := $(VENV)/.installed

.PHONY: help demo test check bench prove chaos services services-down lock clean

help: ## say what there is
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1 \t\2/p' $(MAKEFILE_LIST) | expand -t 24

demo: $(INSTALLED) ## play an invented child's story through the hub
	@$(VENV)/bin/throughline demo

test: $(INSTALLED) ## run every test, with Kafka and PostgreSQL where they can be had; a warning is an error
	@$(RUN) -m pytest -n 2 --dist loadgroup

check: $(INSTALLED) ## lint, format, types, and the sharing policy
	@echo 'ruff check' && $(RUN) -m ruff check --quiet .
	@echo 'ruff format' && $(RUN) -m ruff format --quiet --check . \
		|| { echo 'not formatted: run $(VENV)/bin/ruff format .' >&2; exit 1; }
	@echo 'mypy --strict' && $(RUN) -m mypy
	@echo 'throughline policy check' && $(VENV)/bin/throughline policy check

bench: $(INSTALLED) ## measure: events per second, and what a feed costs
	@$(RUN) -m tests.bench

prove: $(INSTALLED) ## try the invariants on many more histories than `make test` does
	@HYPOTHESIS_PROFILE=prove $(RUN) -m pytest -q tests/properties tests/golden

chaos: $(INSTALLED) ## kill brokers, database and processes under load, then look at every feed; ARGS="--seed 7 --seconds 300"
	@$(RUN) -m tests.chaos $(ARGS)

services: $(INSTALLED) ## start Apache Kafka and PostgreSQL on this machine alone, and print the settings
	@$(RUN) -m infra.services up

services-down: $(INSTALLED) ## stop them; what they hold stays
	@$(RUN) -m infra.services down

lock: $(LOCKED) ## write requirements.lock from pyproject.toml; newest versions with: make lock ARGS=--upgrade
	@echo 'resolving, and collecting the hashes for every platform (a few minutes)'
	@CUSTOM_COMPILE_COMMAND='make lock' $(VENV)/bin/pip-compile --quiet --extra dev --generate-hashes --allow-unsafe \
		--strip-extras --no-emit-options --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
		--output-file=requirements.lock $(ARGS) pyproject.toml

clean: ## remove everything that make, the tests and the tools have made
	@[ ! -d build/services ] || $(RUN) -m infra.services remove
	@rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A new lock makes a new environment, so that nothing stays behind that the lock no longer names.
$(LOCKED): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo 'Throughline needs Python 3.11 or newer; "$(PYTHON)" says:' \
			"$$($(PYTHON) --version 2>&1 || true). Name another one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear $(VENV) || { \
		echo 'this Python lacks the venv module; on Debian and Ubuntu: apt-get install python3-venv' >&2; exit 1; }
	@echo 'installing what requirements.lock names (about a minute)'
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(INSTALLED): $(LOCKED) pyproject.toml
	@echo 'installing throughline itself'
	@PYTHONWARNINGS=ignore::UserWarning \
		$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
