"""How questions are answered: which partitions are read, what is summed, and what the ledger says of the period.

The questions themselves are in `data_models.questions`.
"""
