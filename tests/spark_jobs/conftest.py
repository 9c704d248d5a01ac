"""Nothing but its place: pytest puts the folder of a conftest on the path, and tests of sources use helpers here."""
