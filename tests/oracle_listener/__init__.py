"""A test double of an Oracle server for the real, unmodified python-oracledb driver in thin mode.

It speaks the client protocol of an Oracle 12.1 server on the loopback interface and answers from the embedded
PostgreSQL. README.md beside this file says what it is, and what it is not.
"""
