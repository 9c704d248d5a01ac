"""Oracle's SQL turned into PostgreSQL's: a subset of SELECT, typed as Oracle types it.

sqlglot parses the statement in Oracle's dialect. Every node of the parse tree is then either one that this package
knows, with Oracle's meaning, or the statement is refused with an ORA- error: nothing is passed on unseen.
"""

from . import aggregates, arithmetic, conditions, conversions, functions, literals, texts, times

# Importing them is what makes their handlers known.
HANDLERS = (aggregates, arithmetic, conditions, conversions, functions, literals, texts, times)
