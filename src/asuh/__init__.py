"""Asuh: one system for child protection in Indonesia."""
