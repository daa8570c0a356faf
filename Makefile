# What people run here. `make` alone lists it.

SHELL := bash
BIN := .venv/bin
NPM := npm --prefix client run --silent
BESIDE_ALL = not timed and not quiet and not alone
QUICK = $(BIN)/pytest -q --hypothesis-profile quick -m "not slow and not browser and $(BESIDE_ALL)"
# What stands on the database: a fifth of the unit tests and two thirds of their time.
STORED := $(addprefix --ignore=tests/server/,store actions web jobs test_roster_import.py \
	test_class_command.py test_cli.py test_safekeeping.py doctor/test_retention.py)
# Four at once, since many wait for something; two where browsers draw, of which more would only
# take each other's time. Those of a file follow each other where they can: they share what takes
# long to make. What measures a second or more has no neighbour, or one that needs little: beside a
# server that starts, a lesson's encoders got no core for 0.4 s, which tests of silences heard.
ABREAST := --dist worksteal -n
# The files with such a mark: to look through all others takes each process five seconds.
MARKED = $(shell grep -rl 'mark\.$(1)\b' tests --include='test_*.py')
# pytest keeps the asserts that it rewrote; without, each of its processes does that anew for 4 s.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo check check-python check-web format quick quick-server quick-rest test test-web types bench reliability screenshots

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 13

setup: ## install and build whatever is missing
	@scripts/setup

demo: setup ## run a whole lesson between two simulated classrooms
	@$(BIN)/tongke demo

# Two at once, each with its output in one piece.
check: ## formatting, lint, types and doors, Python and web
	@$(MAKE) --no-print-directory -j2 -O check-python check-web

check-python:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

check-web:
	scripts/types --check
	$(NPM) check
	$(NPM) lint
	$(NPM) format:check

format: ## put Python and web sources into the house's form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(NPM) format

# By hand in two halves: each process looks for its own tests alone, which xdist's would not.
quick: ## the unit tests that open no database
	@$(MAKE) --no-print-directory -j3 -O quick-server quick-rest test-web

quick-server:
	$(QUICK) tests/server $(STORED)

quick-rest:
	$(QUICK) tests --ignore=tests/server

test-web:
	$(NPM) test

test: setup ## set up, check, then every test
	@$(MAKE) --no-print-directory -j2 -O check-python check-web test-web
	$(BIN)/pytest $(ABREAST) 4 --durations=10 -m "not browser and $(BESIDE_ALL)"
	$(BIN)/pytest $(ABREAST) 2 --durations=10 -m "browser and $(BESIDE_ALL)" $(call MARKED,browser)
	$(BIN)/pytest $(ABREAST) 2 --durations=10 -m quiet $(call MARKED,quiet)
	$(BIN)/pytest --durations=10 -m "timed or alone" $(call MARKED,\(timed\|alone\))

types: ## write the browser's message types from signaling's
	scripts/types

bench: ## run the benches and keep docs/performance.md (ONLY="peers scale" for parts of it)
	$(BIN)/python -m bench $(if $(ONLY),--only $(ONLY))

reliability: setup ## measure lessons on weak lines and keep docs/reliability.md; ROWS='5 %;UDP'
	$(BIN)/python -m bench.reliability '$(ROWS)'

screenshots: setup ## take the pictures of the READMEs anew
	@node tests/interop/screenshots.mjs
