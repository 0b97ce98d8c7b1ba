# Thin over the command `oseredok`. Needs Python 3.11 or newer with its venv module, and nothing else: everything goes
# into .venv and .local of this checkout.

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo up down status test documents browser interop watched dashboards check chaos chaos-short chaos-mutants bench bench-short rehearse lock ready

help:
	@echo 'make demo     start the platform, publish a season of events, print the report'
	@echo 'make up       start the platform: PostgreSQL, Kafka, the services'
	@echo 'make status   what runs, where'
	@echo 'make down     stop all of it'
	@echo 'make test     the tests, on real servers, two at a time; chaos, bench and what follows have targets of their own'
	@echo 'make chaos    everything killed and frozen again and again, 20 seeds; chaos-short: the part that CI has'
	@echo '              chaos-mutants: breaks planted on purpose, each of which the chaos tests must see'
	@echo 'make documents a stranger (schemathesis) asks all that the OpenAPI documents allow, and more; DOCUMENTS_SEED=7 asks'
	@echo '              other things; make test has a part of it'
	@echo 'make browser  the pages in a real browser, the documents before their parsers (installs chromium and npm where it'
	@echo '              may); pictures in .local/screenshots'
	@echo 'make interop  the guide for publishers: every snippet, as it stands, on a real Kafka (brings its clients)'
	@echo 'make watched  every alert fires by a real fault and clears after, every panel of the dashboards has data (installs'
	@echo '              Prometheus and Alertmanager where it may)'
	@echo 'make bench    speed of intake, door and relay beside each other and simpler code, into .local/bench.json;'
	@echo '              bench-short: the part that CI has'
	@echo 'make check    style, types, imports, contract schemas and documents, what the last release promised'
	@echo 'make rehearse docker-compose.yml, the life of an installation, the cluster, own servers, open to others: from'
	@echo '              building to taking away (needs Docker; the summary is the last line); ARGS="alone life": only those'
	@echo 'make dashboards  write deploy/grafana/dashboards from their tables'
	@echo 'make lock     bring the locks up to the lists of dependencies (ARGS=--upgrade for newer versions)'
	@echo 'ARGS=... is handed on, as in make test ARGS="-k ledger"'

ready:
	@command -v $(PYTHON) >/dev/null || { echo 'oseredok: no $(PYTHON) here: install Python 3.11 or newer (with venv)' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "oseredok: $$($(PYTHON) --version 2>&1) is too old, 3.11 or newer is needed: install it and run make PYTHON=python3.11 ..." >&2; exit 1; }
	@$(PYTHON) deploy/bootstrap/bootstrap.py

demo up down status: ready
	@$(BIN)/oseredok $@ $(ARGS)

test: ready
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile $(ARGS)

documents: ready
	@$(BIN)/python -m pytest tests/documents -m 'long or not long' $(ARGS)

browser: ready
	@PYTHONPATH=tests $(BIN)/python -m browser.prepare
	@$(BIN)/python -m pytest tests/browser $(ARGS)

interop: ready
	@PYTHONPATH=tests $(BIN)/python -m interop.prepare
	@$(BIN)/python -m pytest tests/interop $(ARGS)

watched: ready
	@PYTHONPATH=tests $(BIN)/python -m watched.prepare
	@$(BIN)/python -m pytest tests/watched $(ARGS)

chaos: ready
	@$(BIN)/python -m pytest tests/chaos -m 'not mutants' $(ARGS)

chaos-short: ready
	@$(BIN)/python -m pytest tests/chaos $(ARGS)

chaos-mutants: ready
	@$(BIN)/python -m pytest tests/chaos -m mutants $(ARGS)

bench: ready
	@$(BIN)/python -m pytest tests/bench -s -m long $(ARGS)

bench-short: ready
	@$(BIN)/python -m pytest tests/bench -s $(ARGS)

check: ready
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m oseredok_contracts.schemas --check
	@$(BIN)/python -m oseredok_contracts.compat
	@$(BIN)/python -m oseredok_contracts.asyncapi --check
	@$(BIN)/python deploy/contract/openapi.py --check
	@$(BIN)/python deploy/prometheus/metrics.py --check
	@PYTHONPATH=deploy/grafana $(BIN)/python -m oseredok_dashboards --check

dashboards: ready
	@PYTHONPATH=deploy/grafana $(BIN)/python -m oseredok_dashboards

rehearse:
	@PYTHONPATH=tests $(PYTHON) -m compose.rehearse $(ARGS)

lock: ready
	@$(BIN)/python deploy/bootstrap/lock.py $(ARGS)
