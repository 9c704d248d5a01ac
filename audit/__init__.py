"""The audit of what is pinned: known weaknesses, as facts, and what is accepted of them."""
