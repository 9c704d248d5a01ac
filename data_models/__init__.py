"""The contract: windows, the job record, counting rules, query tables and the ledger, in plain Python.

Imports neither Spark nor Airflow nor Django; everything else imports this.
"""
