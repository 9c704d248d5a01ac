"""Great Expectations suites, one JSON file a data set; `spark_jobs.gates` runs them.

    staged_jobs     rows of the staged jobs that go on to the query tables
    staged_totals   one row of control totals and shares of a load
    table_totals    one row a query table, totals of what is about to be published

Fields of an expectation: `severity` (a failed critical one stops the load, an exception counts as critical), what it
says in words (`description`, its name in reports), why its limit is what it is (`notes`). {"$PARAMETER": name} stands
for a value of the run.
"""
