#!/usr/bin/env bash
# Make what the stack's services expect, or bring it up to date: Cassandra's roles and tables, Airflow's database and
# pools. It may run at every start.
set -euo pipefail
python /usr/local/lib/hmsf/cassandra_roles.py
python -m data_models.cql --apply
airflow db migrate
pools=$(mktemp --suffix .json)
python -c 'import json; from dags.pools import POOLS; print(json.dumps(POOLS))' >"$pools"
airflow pools import "$pools"
