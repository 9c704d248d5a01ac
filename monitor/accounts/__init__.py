"""Who may do what: users, API tokens, and the audit log of what staff did."""
