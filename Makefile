# Everything a fresh machine needs: Python >= 3.11 with venv, and make. `make help` lists it all.
# `make lint test WHEEL=1` does the same with the built wheel instead of the checkout's packages.

PYTHON ?= python3
VENV := $(if $(WHEEL),build/wheel/venv,.venv)
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
# In the order of their names the files with the longest tests are not the last ones. Three, since
# tests wait for servers and processes.
PYTEST := -m pytest -n 3 --dist loadfile --no-loadscope-reorder
# Where the tests of a wheel run: all of the checkout but its packages and what is built of them.
BESIDE := build/wheel/checkout
# What is compiled is what is imported: neither tests of packages, nor what is C or only installs.
UNUSED := /site-packages/(.*/tests|mypyc?|playwright|setuptools)/

.DEFAULT_GOAL := help
.PHONY: help install bench smoke test test-all fuzz kill lint format overhead proof up down clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

install: $(INSTALLED) ## Make the environment .venv with all that is needed

bench: $(INSTALLED) ## Compare the pools of configs/matrix.yaml; the report is reports/latest
	$(BIN)/python -m runner configs/matrix.yaml

smoke: $(INSTALLED) ## Every adapter of the matrix, small
	$(BIN)/python -m runner configs/smoke.yaml --strict

test: $(INSTALLED) ## All tests, against a real embedded PostgreSQL
ifdef WHEEL
	rm -rf $(BESIDE) && mkdir -p $(BESIDE)
	for name in $(filter-out adapters runner build dist,$(wildcard *)); do ln -s "../../../$$name" $(BESIDE); done
	cd $(BESIDE) && "$(CURDIR)/$(BIN)/python" $(PYTEST) --cov --cov-report term
else
	$(BIN)/python $(PYTEST)
endif

test-all: $(INSTALLED) ## All tests on each Python from 3.11 on that is here; reports/test-all.txt
	$(BIN)/python -m tests.pythons

fuzz: $(INSTALLED) ## The tests that try what comes at random, 10,000 times each
	POOLBENCH_FUZZ_TRIES=10000 $(BIN)/python $(PYTEST) --timeout 0 $(shell find tests -name 'test_fuzz_*.py')

kill: $(INSTALLED) ## 300 signals at random moments of short runs: about half an hour; reports/kill.txt
	$(BIN)/python -m tests.kills

lint: $(INSTALLED) ## ruff, mypy, codespell and validate-pyproject
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell
	$(BIN)/validate-pyproject pyproject.toml
	$(BIN)/mypy

format: $(INSTALLED) ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

overhead: $(INSTALLED) ## What the harness itself costs, in time and memory: about 25 minutes; reports/overhead.txt
	$(BIN)/python -m runner overhead --out reports/overhead.txt

proof: $(INSTALLED) ## Known truths that the numbers must show: about 40 minutes; again measures what is missing
	$(BIN)/python -m runner proof

up: ## Start the PostgreSQL of docker-compose.yml and wait until it is healthy
	docker compose up --detach --wait

down: ## Stop it; its data stay in the volume
	docker compose down

clean: ## Remove the environment, caches and reports (not the drills, the example and the proof)
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find reports -mindepth 1 -maxdepth 1 ! -name .gitkeep ! -name drills ! -name example ! -name proof ! -name test-all.txt ! -name kill.txt -exec rm -rf {} +

# Quotes: the path to the project may hold spaces. pip's own note about new versions is noise.
$(INSTALLED): pyproject.toml constraints.txt $(if $(WHEEL),$(shell find adapters configs runner -type f ! -name '*.pyc'))
	@$(PYTHON) -c 'import sys; sys.exit("PoolBench needs Python 3.11 or later, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@echo "installing into $(VENV), once: about a minute"
	@$(PYTHON) -m venv $(VENV)
ifdef WHEEL
	@$(PIP) install --constraint constraints.txt hatchling
	@rm -f build/wheel/*.whl
	@$(PIP) wheel --no-deps --no-build-isolation --wheel-dir build/wheel .
	@$(PIP) uninstall --yes poolbench
	@for wheel in build/wheel/*.whl; do $(PIP) install --no-compile --constraint constraints.txt "$$wheel[dev]"; done
else
	@$(PIP) install --no-compile --constraint constraints.txt --editable '.[dev]'
endif
	@$(BIN)/python -m compileall -qq -j 0 -x "$(UNUSED)" $(VENV)/lib || true  # pip has one core for it
	@touch $(INSTALLED)
