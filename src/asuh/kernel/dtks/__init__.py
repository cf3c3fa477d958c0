"""Deliveries of the social registry: layouts as data; reading, normalising and writing rows."""
