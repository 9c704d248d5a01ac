"""What is not archived yet: hours of JOBSARCHIVED4 counted by the archive's own rules, in memory, for readers.

The job cube, the query tables' definitions and the folds are those of the archive, so the rows of an hour are the same
whether they come from here or from Cassandra.
"""
