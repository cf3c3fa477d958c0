"""`asuh dtks …`, `asuh find …`: bodies of the registry's commands."""
