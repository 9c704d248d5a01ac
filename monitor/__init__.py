"""The monitor: PanDA's history in a browser. What is verified comes from Cassandra, the rest from PanDA's database.

`api` is the JSON interface, which pages and scripts ask; `store` leads to both databases; `accounts`: who may do what.
"""
