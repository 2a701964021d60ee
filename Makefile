# `make help` lists the targets. Every target does its own set-up.
.DEFAULT_GOAL := help
BIN := .venv/bin
STAMPS := .stamps
PORT ?= 8000
DARP ?= ../shared/data/darp
CLOCK ?= wall
# Bytecode is made here, once: whoever starts a process may not be allowed to write it.
ADD := $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes --python $(BIN)/python
OURS := regulation transport adapters services simulations benchmarks tests
EDITABLE := $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .

.PHONY: help install install-test run test check coverage coverage-regulation fmt docs bench bench-darp load upgrade chaos bench-simulation clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  %-14s %s\n", $$1, $$2}'

$(STAMPS)/run: requirements/bootstrap.txt requirements/run.txt pyproject.toml scripts/bootstrap.sh package-lock.json scripts/vendor.sh
	@sh scripts/bootstrap.sh
	@$(ADD) -r requirements/run.txt
	@$(EDITABLE)
	@$(BIN)/python -m compileall -q -j 0 $(OURS)
	@$(BIN)/python -m transport.solver.warm
	@sh scripts/vendor.sh
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/test: $(STAMPS)/run requirements/test.txt scripts/install_broker.sh scripts/install_browser.sh
	@$(ADD) -r requirements/test.txt
	@sh scripts/vendor.sh --dev
	@sh scripts/install_broker.sh
	@sh scripts/install_browser.sh
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/bench: $(STAMPS)/test requirements/bench.txt
	@$(ADD) -r requirements/bench.txt
	@mkdir -p $(STAMPS) && touch $@

install: $(STAMPS)/run ## what `make run` needs, into .venv, compiled kernels included

install-test: $(STAMPS)/test ## what the tests need, servers included

run: install ## start the console and the API on the Haute-Garonne demonstration territory
	@$(BIN)/aiguilleur serve --demo --port $(PORT)

test: install-test ## install what the tests need, then run every check
	@$(MAKE) --no-print-directory check

check: install-test ## format, lint, types, contracts, rules, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/aiguilleur rules check
	$(BIN)/pytest -n 2 --dist loadgroup

coverage: install-test ## measure the branches of the domain that the tests cover
	$(BIN)/pytest -n 2 --dist loadgroup --cov --cov-report=term:skip-covered

coverage-regulation: install-test ## every branch of regulation is run by its own tests, or it fails
	$(BIN)/pytest -n 2 --dist loadgroup tests/unit/regulation --cov=regulation --cov-branch \
		--cov-fail-under=100 --cov-report=term-missing:skip-covered

fmt: install-test ## format and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: install-test ## rewrite the pages that are made from rules, manifests and answers
	$(BIN)/python scripts/rules_docs.py --write
	$(BIN)/python scripts/check_manifests.py --write
	$(BIN)/python scripts/readme_example.py --write
	$(BIN)/python scripts/conformance_docs.py --write
	$(BIN)/python scripts/faults_docs.py --write
	$(BIN)/python scripts/access_docs.py --write

bench: $(STAMPS)/bench ## print the measurements (decision, rules, feeds); never part of the tests
	$(BIN)/python -m benchmarks

bench-darp: $(STAMPS)/bench ## race peers on the published instances in DARP=folder, resumable; FULL=1: every seed and regime; CLOCK=cpu on a shared machine
	$(BIN)/python -m benchmarks.darp $(DARP) --clock $(CLOCK) $(if $(FULL),--full)

load: install-test ## regulators on several processes fight for few slots (LOAD="--decisions 10000 --regulators 200 --api 4 --ramp 30 --sustain 600": the full size)
	$(BIN)/python -m benchmarks.load $(LOAD)

upgrade: install-test ## two API processes replaced one after the other under load, without an error (UPGRADE="--rounds 20")
	$(BIN)/python -m benchmarks.upgrade $(UPGRADE)

chaos: install-test ## kill -9 API, workers, Redis, PostgreSQL and the broker under load (CHAOS="--kills 40 --within 1800": the full size)
	$(BIN)/python -m benchmarks.chaos $(CHAOS)

bench-simulation: $(STAMPS)/bench ## print what a simulated week costs
	$(BIN)/python -m benchmarks.simulation

clean: ## remove the environment and the caches
	rm -rf .venv $(STAMPS) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis
