"""What a fault does to a connection."""

from __future__ import annotations

from .faults import Cut, Fail, Fault, Pause, Silence
from .wire.packets import Wire


def strike(wire: Wire, fault: Fault) -> None:
    """Let a fault happen now. Raises what ends the call: OraError, Closed, Interrupted."""
    match fault.effect:
        case Fail():
            raise fault.effect.error
        case Cut(after_packets=0, reset=reset):
            wire.cut(reset)
        case Cut(after_packets=packets, reset=reset):
            wire.packets_left, wire.reset_when_cut = packets, reset
        case Pause(seconds=seconds):
            wire.wait(seconds)
        case Silence():
            wire.ignore()
