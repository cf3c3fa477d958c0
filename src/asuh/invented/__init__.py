"""Invented people: deliveries in the DTKS format for demo, tests and bench. Nobody here exists."""

from asuh.invented.deliveries import NO_FAULTS, Delivery, write_delivery

__all__ = ["NO_FAULTS", "Delivery", "write_delivery"]
