"""`python -m asuh` is the `asuh` command."""

from asuh.cli import main

main()
