# One name for each thing to do; `make` lists them.
PYTHON := .venv/bin/python
RUFF := .venv/bin/ruff

.DEFAULT_GOAL := help
.PHONY: help setup up down status reset demo run airflow monitor bench bench-queries bench-monitor lint format test audit package docs lock installed

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## check the prerequisites, install Python packages and JVM libraries (skips what is done)
	@scripts/setup.sh

up: setup ## start PostgreSQL and Cassandra
	@$(PYTHON) -m stack up

down: installed ## stop them; data stays
	@$(PYTHON) -m stack down

status: installed ## how the servers are, and the settings in force
	@$(PYTHON) -m stack status

reset: installed ## stop the servers and delete their data
	@$(PYTHON) -m stack reset

demo: setup ## all of it, up to the answers; JOBS=100000 DAY=2026-07-01 FILE=your_own_dump SOURCE=oracle (a test listener)
	@$(PYTHON) -m stack demo $(if $(JOBS),--jobs "$(JOBS)") $(if $(DAY),--day "$(DAY)") $(if $(FILE),--file "$(FILE)") \
	  $(if $(SOURCE),--source "$(SOURCE)")

run: setup ## run one window of a DAG: make run DAG=archive_daily END=2026-07-02T00:00:00+00:00
	@$(PYTHON) -m stack run --dag "$(DAG)" --end "$(END)"

airflow: setup ## scheduler and UI of Airflow on the running stack, until Ctrl-C (PORT=8080: on that port)
	@$(PYTHON) -m stack airflow $(if $(PORT),--port "$(PORT)")

monitor: ## the monitor on the running stack, until Ctrl-C (PORT=8000: on that port)
	@scripts/setup.sh --pages
	@$(PYTHON) -m stack monitor $(if $(PORT),--port "$(PORT)")

bench: setup ## how fast a day is archived, beside the naive way (JOBS=200000); message groups; the Oracle client
	@$(PYTHON) -m bench.archive_day $(if $(JOBS),--jobs "$(JOBS)")
	@$(PYTHON) -m bench.message_groups
	@$(PYTHON) -m bench.oracle_client

bench-queries: setup ## how fast questions are answered with a day and with DAYS=30 of JOBS=100000, beside SQL; an hour
	@$(PYTHON) -m bench.queries $(if $(DAYS),--days "$(DAYS)") $(if $(JOBS),--jobs "$(JOBS)")

bench-monitor: setup ## how fast the monitor answers 20 clients, beside SQL (DAYS=30 JOBS=20000)
	@scripts/setup.sh --pages
	@$(PYTHON) -m bench.monitor_load $(if $(DAYS),--days "$(DAYS)") $(if $(JOBS),--jobs "$(JOBS)")

lint: setup ## check style and formatting
	@$(RUFF) check .
	@$(RUFF) format --check .

format: setup ## mend formatting
	@$(RUFF) check --fix .
	@$(RUFF) format .

test: ## run all tests on servers of their own
	@scripts/setup.sh --tests
	@HMSF_TEST_SCREENSHOTS="$${HMSF_TEST_SCREENSHOTS:-$(CURDIR)/.hmsf/screenshots}" \
	  $(PYTHON) -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

audit: setup ## hold what is pinned against the known weaknesses that audit/ lists
	@$(PYTHON) -m audit.known_weaknesses

package: setup ## what a cluster needs, into dist/: the wheel, the pinned requirements, the connector's jars
	@scripts/package.sh dist

docs: setup ## write docs/query_tables.md from the table files and example days, on servers of its own
	@export HMSF_HOME="$(CURDIR)/.hmsf/docs"; $(PYTHON) -m stack up && $(PYTHON) -m stack example-days && \
	  $(PYTHON) -m data_models.model_docs; code=$$?; $(PYTHON) -m stack reset; exit $$code

lock: setup ## pin requirements.txt anew from requirements.in
	@$(PYTHON) -m pip install --quiet uv
	@.venv/bin/uv pip compile --upgrade --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --python-version 3.11 requirements.in -o requirements.txt

installed:
	@test -x $(PYTHON) || { echo "not set up yet: run \`make setup\`" >&2; exit 1; }
