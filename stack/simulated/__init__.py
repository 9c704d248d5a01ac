"""A simulated PanDA day by the facts of PanDA's public documents: skewed sites, users, tasks and errors, and bursts."""
