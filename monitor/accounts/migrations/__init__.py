"""How Django's database is brought up to date."""
