"""Formats of dates and numbers by language (setting FORMAT_MODULE_PATH)."""
