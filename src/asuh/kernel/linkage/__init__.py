"""Record linkage for Indonesian people: names, and later scores and clusters. Pure functions and data."""
