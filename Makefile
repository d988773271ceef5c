# The front door. The work is in scripts/ and in the rooms; `make help` lists what is here.
PY := .venv/bin/python
# One more than the two cores: tests wait for a disk, a browser, another process.
WORKERS ?= 3

# Modules are compiled once, not again by each of the hundreds of processes that tests start.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test drill bench lint format lock screenshot words clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 20

run: .venv/.stamp-run words ## set everything up and start the service; without credentials, in the sandbox
	@exec $(PY) -m bot run

test: .venv/.stamp-dev words ## set everything up, then lint, types and every test but the drill
	@scripts/system.sh
	@$(MAKE) --no-print-directory lint
	$(PY) -m pytest -q -n $(WORKERS) --dist worksteal --ignore=tests/drill $$(scripts/quick_disk.sh)

drill: .venv/.stamp-dev words ## kill, restore, set up from nothing: the slow proofs
	@scripts/system.sh
	$(PY) -m pytest -q tests/drill

bench: .venv/.stamp-dev words ## dialogs per second, latency, memory, beside a plain bot
	$(PY) -m benchmarks

lint: .venv/.stamp-dev ## ruff and mypy, strict
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy .

format: .venv/.stamp-dev ## put the code into its one form
	$(PY) -m ruff check --fix-only .
	$(PY) -m ruff format .

screenshot: .venv/.stamp-dev words ## make the pictures of the README anew, in a real browser
	@scripts/system.sh
	$(PY) -m pytest -q tests -k picture --pictures docs/pictures

lock: ## pin the dependencies of pyproject.toml, with hashes, into requirements/
	@scripts/lock.sh

clean: ## take away what set-up and runs have made, but no data
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name '*.mo' -delete

# The catalogues are compiled by the room that reads them.
words:
	@if [ -f locales/__main__.py ]; then $(PY) -m locales; fi

.venv/.stamp-run: requirements/run.txt
	@scripts/venv.sh run

.venv/.stamp-dev: requirements/dev.txt
	@scripts/venv.sh dev
