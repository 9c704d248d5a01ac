"""Files of jobs in the formats that people have: CSV, JSON (both also .gz) and Parquet."""
