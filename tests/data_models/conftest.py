"""Property tests take the time they need: a deadline for an example would fail on a busy machine."""

from hypothesis import settings

settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
