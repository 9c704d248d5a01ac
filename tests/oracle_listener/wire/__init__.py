"""Oracle's client protocol, layer by layer: packets, scalars, negotiation, authentication, values, requests, replies.

Nothing in here knows SQL. Field by field it is what python-oracledb's thin mode writes and reads when the server says
that it is version 12.1 (accept version 315, field version 7).
"""
