# The only runner: people, CI and pre-commit call these targets. Paths stay relative, so any folder will do.
.DEFAULT_GOAL := help
RUN := .venv/bin/python
WITH_SERVERS := $(RUN) -m tools.runtime exec --

.PHONY: help setup demo demo-reset demo-status demo-codes journey test test-app check lint types imports \
	openapi translations invariants migrate startapp states bench-api bench-chat bench-ledger test-crash

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: ## build .venv from uv.lock; demo and test do it themselves
	@sh tools/bootstrap.sh

demo: setup ## everything on this machine, with data kept in .run (PORT= for another port)
	@$(RUN) -m tools.demo start

demo-reset: setup ## end the demo and remove its data
	@$(RUN) -m tools.demo reset

demo-status: setup ## processes, ports and memory of the running demo
	@$(RUN) -m tools.demo status

demo-codes: setup ## what the demo's staff sign in with, one-time codes of this moment too
	@$(RUN) -m tools.demo codes

journey: setup ## drive the running demo through one customer's whole way and check the books
	@$(RUN) -m tools.journey

test: setup ## all tests; Chromium for those in a browser comes by apt-get where root asks
	@sh tools/chromium.sh
	@$(RUN) -m pytest -n 2 --dist worksteal

test-app: setup ## the tests of one app: make test-app APP=ledger
	@$(RUN) -m pytest "tests/$(or $(APP),$(error Name the app: make test-app APP=ledger))"

test-crash: setup ## the long suite: kills in the middle of journeys, and the commands of the README from nothing
	@$(RUN) -m pytest tests/crash

check: setup ## format, lint, types, imports, migrations, documents, dead code, dependencies
	@$(RUN) -m tools.checks

lint: setup ## format and lint only
	@$(RUN) -m tools.checks format lint

types: setup ## types only
	@$(RUN) -m tools.checks types

imports: setup ## import contracts only
	@$(RUN) -m tools.checks imports

states: setup ## redraw the charts of docs/states
	@$(RUN) -m tools.states --write

translations: setup ## enter new texts into the catalogues of locale
	@$(RUN) -m tools.translations --write

openapi: setup ## rebuild docs/openapi.yaml
	@$(RUN) -m tools.openapi --write

invariants: setup ## check the books, the history and the audit of the demo's database, or of DATABASE_URL
	@$(WITH_SERVERS) $(RUN) manage.py check_invariants

migrate: setup ## migrate as owner, with lock timeout and retry
	@$(WITH_SERVERS) $(RUN) -m tools.migrate

startapp: setup ## a new app's skeleton: make startapp NAME=loyalty
	@$(RUN) -m tools.startapp "$(or $(NAME),$(error Name the app: make startapp NAME=loyalty))"

bench-api: setup ## the API under load, on servers of its own: one line of JSON for each measure
	@STRONGROOM_RUN=.run/bench $(WITH_SERVERS) $(RUN) -m tools.migrate > /dev/null
	@STRONGROOM_RUN=.run/bench $(WITH_SERVERS) $(RUN) -m bench.api

bench-chat: setup ## chats under load over sockets, on servers of its own: one line of JSON for each measure
	@STRONGROOM_RUN=.run/bench $(WITH_SERVERS) $(RUN) -m tools.migrate > /dev/null
	@STRONGROOM_RUN=.run/bench $(WITH_SERVERS) $(RUN) -m bench.chat

bench-ledger: setup ## the books under load beside pgbench, on a server of its own (PROFILE=full for half an hour)
	@STRONGROOM_RUN=.run/bench-ledger $(WITH_SERVERS) $(RUN) -m tools.migrate > /dev/null
	@STRONGROOM_RUN=.run/bench-ledger $(WITH_SERVERS) $(RUN) -m bench.ledger --profile $(or $(PROFILE),quick)
