"""The days whose jobs the docs of the model show: simulated, the same for everyone who makes them."""

from datetime import UTC, datetime, timedelta

from data_models.window import Window

FIRST = datetime(2024, 11, 20, tzinfo=UTC)
PERIOD = Window(FIRST, FIRST + timedelta(days=2))
