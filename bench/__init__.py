"""Benchmarks against what a user would do instead. Figures are ratios within one run; nothing here is a test."""
