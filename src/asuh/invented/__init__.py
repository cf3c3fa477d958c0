"""Invented people: deliveries in the DTKS format for demo, tests and bench. Nobody here exists."""

from asuh.invented.deliveries import NO_FAULTS, Delivery, write_delivery
from asuh.invented.periods import second_period
from asuh.invented.slips import SLIPS, any_slip, slip

__all__ = ["NO_FAULTS", "SLIPS", "Delivery", "any_slip", "second_period", "slip", "write_delivery"]
