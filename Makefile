# `make demo` and `make test` set up all they need. Other targets: see `make help`.
SHELL := /bin/bash
VENV ?= .venv
# Versions of Python to look for, best first.
PYTHONS ?= 3.12 3.11
PYTHON := $(VENV)/bin/python

.PHONY: help demo test test-unit test-mariadb test-postgresql quality quality-js translations messages requirements bench \
	environment system-packages clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## / - /' | sort

environment:
	@tools/make_venv.sh $(VENV) $(PYTHONS)

# Without them some tests cannot run; they say so.
system-packages:
	@tools/debian_packages.sh chromium libatomic1 msgfmt=gettext node=nodejs || [ $$? = 77 ]

demo: environment  ## build the sample site and serve it on this machine
	$(PYTHON) -m demo build
	$(PYTHON) -m demo serve

test: environment system-packages translations  ## the whole suite
	PATH="$(abspath $(VENV))/bin:$$PATH" tools/run_tests.sh $(PYTEST_ARGS)

test-unit: environment translations  ## without browser, demo and packaging: the quick round while developing
	$(PYTHON) -m pytest tests $(foreach part,demo e2e packaging platform quality workbench,--ignore=tests/$(part)) $(PYTEST_ARGS)

test-mariadb test-postgresql: test-%: environment  ## database tests on a server of their own
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements/databases.txt
	tools/with_$*.sh $(PYTHON) -m pytest tests -m database $(PYTEST_ARGS)

quality: environment quality-js  ## style, types, layers, migrations, translations
	PATH="$(abspath $(VENV))/bin:$$PATH" tools/quality.sh

quality-js:  ## style and types of the browser side
	@tools/debian_packages.sh node=nodejs npm=npm
	npm ci --no-audit --no-fund --silent
	npm run --silent lint
	npm run --silent types

translations: environment  ## compile the catalogues in place
	@$(PYTHON) setup.py --quiet compile_catalogues

messages: environment  ## bring translations/ up to date with the sources
	@tools/debian_packages.sh msgfmt=gettext
	$(PYTHON) -m tools.messages

requirements: environment  ## resolve requirements/*.in anew
	tools/compile_requirements.sh

bench: environment translations  ## benchmarks, each printing a table
	@set -e; for name in $(basename $(notdir $(wildcard bench/[a-z]*.py))); do \
		echo "--- bench.$$name"; $(PYTHON) -m bench.$$name; \
	done

clean:  ## remove what builds, tests and the demo left behind
	rm -rf .venv .ci-venv .tox .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist \
		node_modules *.egg-info boidung_xblock/locale boidung_xblock/translations var demo/var
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
