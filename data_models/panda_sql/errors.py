"""What goes wrong with a PanDA database; every message names the server, table or column and the remedy."""

from __future__ import annotations


class SourceError(RuntimeError):
    """The source cannot be read; the message names the server, table or column and the remedy."""


class SourceConfigurationError(SourceError):
    """Settings, credentials, privileges or schema are wrong: trying again does not help."""


class SourceUnavailable(SourceError):
    """The server does not answer or a session was lost: trying again may help."""


class SourceBusy(SourceUnavailable):
    """The server was not asked, as others ask it for too long: nothing is wrong with it."""


class SnapshotLost(SourceUnavailable):
    """The snapshot cannot be read any more, or did not hold: read the window again, from its start, in a new one."""


class SchemaRejected(SourceError):
    """A column's type changed or a column is gone: the load is rejected before anything is read."""
