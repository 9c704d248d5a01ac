"""Waiting until a window has settled: PanDA still writes jobs of a window for a while after its end."""

from __future__ import annotations

from datetime import timedelta

from airflow.providers.standard.triggers.temporal import DateTimeTrigger
from airflow.sdk import BaseOperator, Context, timezone

from data_models import settings


class SettledOperator(BaseOperator):
    """Done once HMSF_SETTLE_MINUTES have passed since the end of the run's window.

    It waits in the triggerer, not in a worker; a window that settled long ago, as in a backfill, does not wait at all.
    """

    def execute(self, context: Context) -> None:
        """Return, or defer until the window has settled."""
        moment = context["data_interval_end"] + timedelta(minutes=settings.number("HMSF_SETTLE_MINUTES"))
        if timezone.utcnow() < moment:
            self.log.info("The window settles at %s", moment)
            self.defer(trigger=DateTimeTrigger(moment=moment), method_name="settled")

    def settled(self, context: Context, event: object = None) -> None:
        """What runs when the moment has come."""
