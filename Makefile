# Everything is done from here; `make help` lists it. Needs python3 >= 3.11 with venv, and make. Nothing else.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input
DEV := DEBUG=$${DEBUG:-true} $(BIN)/python
UV ?= $(shell command -v uv || echo $(BIN)/uv)
# Two workers are enough for the tests on a small machine; `make test WORKERS=8` elsewhere.
WORKERS ?= auto

.DEFAULT_GOAL := help
.PHONY: help setup run typescript test test-rapido test-sqlite test-postgres lint typecheck bench faults mutants fuzz demo messages screenshots lock clean

help:  ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  \033[1m%-14s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.creado:
	@command -v $(PYTHON) >/dev/null || { echo "No $(PYTHON): install Python 3.11 or later, or say where it is: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than 3.11: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.base: requirements.txt | $(VENV)/.creado
	@echo "Installing what it needs to run (about half a minute)..."
	@$(PIP) install --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.desarrollo: requirements-dev.txt $(VENV)/.base
	@echo "Installing what the tests need..."
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

setup: $(VENV)/.desarrollo  ## Make .venv with everything, tests and linters included

run: $(VENV)/.base  ## Serve at http://127.0.0.1:8000, with the demo if the database is empty
	@$(DEV) manage.py inicializar
	@$(DEV) manage.py demo --si-vacia
	@$(DEV) manage.py demo --usuarios
	@echo "Serving at http://127.0.0.1:$(PORT)  (Ctrl+C stops it)"
	@$(DEV) manage.py runserver 127.0.0.1:$(PORT)

demo: $(VENV)/.base  ## Fill an empty database with a year of a believable pharmacy
	@$(DEV) manage.py inicializar
	@$(DEV) manage.py demo

# Of the client in TypeScript that a test makes of the schema. openapi-typescript asks for TypeScript 5.
TYPESCRIPT := openapi-typescript@7.13.0 openapi-fetch@0.17.0 typescript@5.9.3

typescript:  ## Get what a TypeScript client is made with, into .node (needs node and npm)
	@npm install --prefix .node --no-save --no-audit --no-fund --silent $(TYPESCRIPT)

test: $(if $(RAPIDO),test-rapido,test-sqlite test-postgres)  ## Every test, on SQLite and on PostgreSQL and Redis; RAPIDO=1, those of a minute (COBERTURA=1, and what they cover)

test-rapido: $(VENV)/.desarrollo
	@echo "== Quick tests, on SQLite: without the browser and what is marked as slow"
	@env -u DATABASE_URL -u CACHE_URL $(BIN)/python -m pytest -q -n $(WORKERS) -m "not navegador and not lento" $(if $(COBERTURA),--cov)

test-sqlite: $(VENV)/.desarrollo
	@echo "== Tests on SQLite"
	@env -u DATABASE_URL -u CACHE_URL $(BIN)/python -m pytest -q -n $(WORKERS)

test-postgres: $(VENV)/.desarrollo
	@echo "== Tests on PostgreSQL and Redis (the browser has already been through the pages)"
	@$(BIN)/python -m herramientas.servidores postgres redis -- $(BIN)/python -m pytest -q -n $(WORKERS) -m "not navegador"

lint: $(VENV)/.desarrollo typecheck  ## Style, types, limits, import contracts, dead code, templates, spelling
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m herramientas.limites
	@$(BIN)/python -m herramientas.muertos
	@git ls-files -z '*.html' | xargs -0 -r $(BIN)/djade --check --target-version 5.2
	@git ls-files -z '*.md' | xargs -0 -r $(BIN)/codespell

typecheck: $(VENV)/.desarrollo
	@DEBUG=true $(BIN)/mypy

bench: $(VENV)/.desarrollo  ## Measure the speed (minutes; SIZE=large, more)
	@$(BIN)/python -m benchmarks $(if $(SIZE),--size $(SIZE)) $(if $(JSON),--json $(JSON))

faults: $(VENV)/.desarrollo  ## Break it on purpose and check that nothing is lost (minutes)
	@$(BIN)/python -m benchmarks.fallos $(if $(FULL),--completo)

mutants: $(VENV)/.desarrollo  ## Take each guard away in turn: some test must fail (minutes; SOLO=word, only some)
	@$(BIN)/python -m benchmarks.mutaciones $(SOLO)

fuzz: $(VENV)/.desarrollo  ## Send the API many cases made from its own document, on both engines (minutes)
	@CASOS_API=$${CASOS_API:-300} $(BIN)/python -m pytest -q -n $(WORKERS) inventario/tests/test_esquema.py
	@CASOS_API=$${CASOS_API:-300} $(BIN)/python -m herramientas.servidores postgres redis -- \
		$(BIN)/python -m pytest -q -n $(WORKERS) inventario/tests/test_esquema.py

messages: $(VENV)/.base  ## Bring locale/ up to date and compile it (needs gettext)
	@$(DEV) manage.py makemessages --locale en --no-obsolete --no-location --no-wrap --verbosity 0 \
		--ignore '.venv/*' --ignore '*/tests/*' --ignore 'herramientas/*' --ignore 'benchmarks/*' --ignore 'staticfiles/*'
	@$(DEV) manage.py compilemessages --locale en --verbosity 0

screenshots: $(VENV)/.desarrollo  ## Take the pictures of docs/img (needs Chromium)
	@$(BIN)/python -m herramientas.capturas

# --no-strip-extras: without its extras a pin does not hold pip 23 back from a newer release that somebody asks for with them.
lock: pyproject.toml $(VENV)/.creado  ## Pin every dependency, with hashes, from pyproject.toml
	@test -x "$(UV)" || $(PIP) install uv
	@$(UV) pip compile -q --generate-hashes --universal --no-strip-extras --python-version 3.11 --no-header --no-annotate --no-emit-index-url \
		pyproject.toml -o requirements.txt
	@$(UV) pip compile -q --generate-hashes --universal --no-strip-extras --python-version 3.11 --no-header --no-annotate --no-emit-index-url \
		pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt

clean:  ## Remove .venv and what the tools leave behind (never a database)
	@rm -rf $(VENV) .ruff_cache .mypy_cache .import_linter_cache .hypothesis htmlcov .coverage staticfiles test-results
