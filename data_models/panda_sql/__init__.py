"""PanDA's SQL databases as both sides need them: loads read windows of them, the monitor what is not archived yet."""
