# `make serve` and `make test` install what they need in .venv; a second run starts at once.

PYTHON ?= python3
PORT ?= 8000
SECONDS ?= 2
ROUNDS ?= 3
CONCEPTS ?= 9100
LARGE ?=
BIN := .venv/bin
# Two cores or four: each file of tests by one process, so that its sites are made once.
PARALLEL := --numprocesses=auto --maxprocesses=4 --dist=loadfile
ASSETS := publisher/web/static/sources.sha256

.PHONY: serve preview assets test check slow e2e hostile faults bench docs lock clean

serve: .venv/serve.stamp $(ASSETS)  ## Install, check, publish and serve the content of this folder
	@$(BIN)/publisher publish --public http://127.0.0.1:$(PORT)
	@$(BIN)/publisher serve --port $(PORT)

preview: .venv/serve.stamp $(ASSETS)  ## Serve the files of this folder as they lie, and follow every save
	@$(BIN)/publisher preview --port $(PORT)

assets: .venv/serve.stamp $(ASSETS)  ## Build style sheet, scripts and fonts of the pages from frontend/, where these changed

test: .venv/test.stamp $(ASSETS)  ## Install and run the tests
	@$(BIN)/pytest $(PARALLEL)

check: .venv/test.stamp $(ASSETS)  ## Lint, types, content and tests: what must hold before every push
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/publisher check
	@$(BIN)/pytest $(PARALLEL)

slow: .venv/test.stamp $(ASSETS)  ## Run the tests that take many seconds each, which `make test` leaves out
	@$(BIN)/pytest -m slow

e2e: .venv/test.stamp $(ASSETS)  ## Look at every kind of page in Chromium: each mode, each language, each link; figures at the end
	@$(BIN)/pytest -m 'not hostile' tests/e2e

hostile: .venv/test.stamp $(ASSETS)  ## Attack a real server with everything we know, at random for MINUTES, and let KILLS workers die
	@MINUTES=$(MINUTES) KILLS=$(KILLS) $(BIN)/pytest -m hostile tests/hostile

faults: .venv/test.stamp $(ASSETS)  ## Kill KILLS publishers (1000) and fill the disk under others, for half an hour
	@KILLS=$(or $(KILLS),1000) $(BIN)/pytest -m '' tests/release/test_faults.py

bench: .venv/bench.stamp $(ASSETS)  ## Measure the server beside its peers (at most 12 minutes) and write docs/performance.md
	@$(BIN)/python -m benchmarks.serve --seconds $(SECONDS) --rounds $(ROUNDS) --concepts $(CONCEPTS) $(if $(LARGE),--large $(LARGE)) --write docs/performance.md

docs: .venv/serve.stamp  ## Write docs/configuration.md anew from the settings
	@$(BIN)/python docs/generate.py > docs/configuration.md

lock:  ## Choose the newest versions of all dependencies (needs uv)
	uv pip compile -q --universal --generate-hashes --no-header --extra build pyproject.toml -o requirements.txt
	uv pip compile -q --universal --generate-hashes --no-header --extra build --extra test -c requirements.txt pyproject.toml -o requirements-test.txt
	uv pip compile -q --universal --generate-hashes --no-header --extra build --extra bench -c requirements.txt pyproject.toml -o requirements-bench.txt
	uv pip compile -q --universal --generate-hashes --no-header --group node -o requirements-node.txt

clean:  ## Remove what was installed; releases in var/ stay
	rm -rf .venv

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; try `make PYTHON=python3.12 …`")'
	@$(PYTHON) -m venv .venv

.venv/serve.stamp: requirements.txt pyproject.toml | .venv/bin/python
	@echo "installing (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python frontend/build.py --ready || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-node.txt
	@$(BIN)/python frontend/build.py
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

$(ASSETS): frontend/build.mjs frontend/build.py frontend/package-lock.json $(wildcard frontend/src/*) | .venv/serve.stamp
	@$(BIN)/python frontend/build.py
	@touch $@

.venv/bench.stamp: requirements-bench.txt .venv/serve.stamp
	@echo "installing what the measurements need (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.txt
	@touch $@

.venv/test.stamp: requirements-test.txt tests/clients/package-lock.json .venv/serve.stamp
	@echo "installing what the tests need (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	@if command -v npm > /dev/null; then cd tests/clients && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || { rm -rf node_modules; echo "the tests with clients, axe and vnu from npm will be skipped"; }; fi
	@touch $@
