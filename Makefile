# The commands of this house. `make` alone lists them.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_READY := $(VENV)/.ready-run
DEV_READY := $(VENV)/.ready-dev
ASSETS_READY := rapport/ui/static/vendor/built.txt
# One more than two cores: some tests wait. A browser beside each needs a core of its own.
WORKERS ?= 3
BROWSERS ?= 2
# Who has nothing left takes over from the others, so that no long test is alone at the end.
SHARED := --dist worksteal
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
INSTALL := $(PIP) install --require-hashes --only-binary :all: -r
# Tests never see the workspace or the database of whoever runs them, and compile each file once for their many processes.
CLEAN_ENV := env -u DATABASE_URL -u RAPPORT_DATA -u RAPPORT_URL -u RAPPORT_SECRET_KEY -u PYTHONDONTWRITEBYTECODE
PYTEST := $(CLEAN_ENV) $(BIN)/python -m pytest

.PHONY: help setup setup-dev assets messages catalogue run test on-sqlite fast lint format types chromium photographs faults bench lock
.DEFAULT_GOAL := help

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(RUN_READY) $(ASSETS_READY) messages  ## install Rapport into .venv (Python 3.11 or newer is enough)

setup-dev: $(DEV_READY) $(ASSETS_READY) messages  ## the same with everything that tests and lint need

run: setup  ## start Rapport on http://127.0.0.1:8000 with a small sample company
	@$(BIN)/rapport run

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Rapport needs Python 3.11 or newer; name one with: make setup PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "This Python cannot make virtual environments; on Debian and Ubuntu run: apt-get install python3-venv" >&2; exit 1; }
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

# --no-deps and --no-build-isolation: all that is needed came with the locked list, so nothing unpinned is fetched.
$(RUN_READY): requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Installing what Rapport needs …"
	@$(INSTALL) requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_READY): requirements/dev.txt $(RUN_READY)
	@echo "Installing what tests and lint need …"
	@$(INSTALL) requirements/dev.txt
	@touch $@

# Typeface, icons and htmx come out of installed packages; none of them lies in git.
$(ASSETS_READY): $(RUN_READY) rapport/ui/build_assets.py rapport/ui/icons.py
	@echo "Building typeface, icons and htmx …"
	@$(BIN)/python -m rapport.ui.build_assets >/dev/null
	@touch $@

messages:
	@for catalogue in $(wildcard rapport/locale/*/LC_MESSAGES/django.po); do \
		[ "$${catalogue%.po}.mo" -nt "$$catalogue" ] || \
		$(BIN)/pybabel --quiet compile -D django -i "$$catalogue" -o "$${catalogue%.po}.mo" || exit 1; done

catalogue: setup-dev  ## collect the texts of the interface for translators (rapport/locale)
	@$(CLEAN_ENV) $(BIN)/python -m tests.catalogue

# Types are read by one core for as long as the first tests take: both at once.
test: setup-dev chromium  ## everything: lint, SQLite, PostgreSQL, browser
	@$(MAKE) --no-print-directory --jobs 2 lint on-sqlite
	@echo "── PostgreSQL"
	@$(CLEAN_ENV) $(BIN)/python -m tests.postgres $(BIN)/python -m pytest -n $(WORKERS) $(SHARED) -m "not browser and not sqlite_only"
	@echo "── Browser"
	@$(PYTEST) -n $(BROWSERS) $(SHARED) -m browser tests/e2e

on-sqlite: setup-dev
	@echo "── SQLite"
	@$(PYTEST) -n $(WORKERS) $(SHARED) -m "not browser and not postgres_only"

fast: setup-dev  ## tests of the packages alone, on SQLite in memory
	@$(PYTEST) -n $(WORKERS) $(SHARED) -m "not slow" rapport

lint: setup-dev  ## style, types and who may import whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(MAKE) --no-print-directory types
	@$(BIN)/lint-imports --no-logo

types:
	@$(CLEAN_ENV) RAPPORT_DATA=.mypy_cache/data $(BIN)/mypy

format: setup-dev  ## lay out code and templates
	@$(BIN)/ruff check --fix-only --quiet . && $(BIN)/ruff format .
	@git ls-files -z '*.html' | xargs -0 -r $(BIN)/djhtml --tabwidth 2

chromium:
	@for name in chromium chromium-browser google-chrome google-chrome-stable; do \
		if command -v $$name >/dev/null; then exit 0; fi; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium for the browser tests …"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	else echo "Browser tests need Chromium: install the package “chromium” or put google-chrome on the PATH." >&2; exit 1; fi

photographs: setup-dev chromium  ## take the pictures of the documentation anew
	@$(CLEAN_ENV) $(BIN)/python -m tests.photographs docs/images

faults: setup-dev  ## kill the real processes a hundred times and look at what is left (some 20 minutes)
	@$(CLEAN_ENV) $(BIN)/python -m tests.faults --json var/faults.json

bench: setup-dev  ## measure speed against the promises (long; results in bench/results.json)
	@$(BIN)/python -m bench

lock: setup-dev  ## choose versions anew: pyproject.toml → requirements/*.txt with hashes
	@for name in run dev; do \
		[ $$name = run ] && extras="--extra setup --extra postgres" || extras="--all-extras --constraint requirements/run.txt"; \
		UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile pyproject.toml $$extras --universal --python-version 3.11 \
			--upgrade --generate-hashes --no-emit-index-url --no-emit-find-links --quiet --output-file requirements/$$name.txt || exit 1; done
