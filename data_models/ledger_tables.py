"""The tables of the ledger, in CQL.

- `ledger_reservation`: which write times an hour has given out. Written by lightweight transactions only.
- `ledger_transition`: what happened to each hour, append-only. Never updated, so never mixed with transactions.
- `ledger_partition`: the partitions a load may have touched, entered before its first row (write-ahead). Tables whose
  `registry` names another table are not in it.
"""

LEDGER_TABLES = {
    "ledger_reservation": """
        hour timestamp, w bigint, t bigint, load text, content text, model text, reserved_at timestamp,
        PRIMARY KEY ((hour), w)) WITH CLUSTERING ORDER BY (w DESC)""",
    "ledger_transition": """
        day date, hour timestamp, at timeuuid, load text, state text, w bigint, t bigint, model text, run_id text,
        tables frozen<map<text, bigint>>, note text, details text,
        PRIMARY KEY ((day), hour, at)) WITH CLUSTERING ORDER BY (hour ASC, at ASC)""",
    "ledger_partition": """
        hour timestamp, table_name text, w bigint, key text,
        PRIMARY KEY ((hour), table_name, w, key))""",
}
