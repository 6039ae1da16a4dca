# The commands of the project, each from a clean clone. `make` alone lists them.
PORT ?= 8000
OSSMA_VAR ?= var
ARGS ?=
# How many tests run at once; each has a database of its own.
WORKERS ?= 2
PYTHON := .venv/bin/python
WITH_SERVERS := $(PYTHON) -m ossma.local.run_with_servers --
# Another moment, and the machine's zone there, for `make test`: AT=2027-03-14T06:50Z ZONE=Pacific/Honolulu
AT ?=
ZONE ?=
AT_MOMENT := $(if $(AT),$(PYTHON) -m ossma.local.at_moment $(AT) $(if $(ZONE),--zone $(ZONE)) --)

.DEFAULT_GOAL := help
.PHONY: help setup setup-tests demo demo-reset test check bench

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST)

setup: ## interpreter, packages and system libraries (done by the other commands too)
	@sh ossma/local/setup.sh

setup-tests: ## the same with browser and Japanese font
	@sh ossma/local/setup.sh --tests

demo: setup ## the whole system on 127.0.0.1:8000 (PORT=, OSSMA_VAR=), with demo data
	@exec $(PYTHON) -m ossma.local.demo --port "$(PORT)" --var "$(OSSMA_VAR)"

demo-reset: setup ## empty the demo of OSSMA_VAR
	@exec $(PYTHON) -m ossma.local.demo --port "$(PORT)" --var "$(OSSMA_VAR)" --reset

test: setup-tests ## the whole test suite (ARGS="tests/safety -k silent" for a part, AT=2027-03-14T06:50Z for another day)
	@exec $(AT_MOMENT) $(WITH_SERVERS) $(PYTHON) -m pytest -n $(WORKERS) $(ARGS)

check: setup-tests ## lint, format, types, migrations, ladder, templates, translations, audit
	@exec $(WITH_SERVERS) $(PYTHON) -m ossma.local.check

bench: setup ## the figures of quality, each beside a baseline of the same run
	@exec $(PYTHON) -m ossma.local.run_with_servers --durable -- $(PYTHON) -m benchmarks $(ARGS)
