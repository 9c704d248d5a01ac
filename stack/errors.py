"""The one error the embedded stack raises for what a user can mend."""


class StackError(RuntimeError):
    """The stack or its machine is not as needed; the message is one line: what, where, and the remedy."""
