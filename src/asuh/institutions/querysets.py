"""Questions about institutions."""

from asuh.access.querysets import PlacedQuerySet


class InstitutionQuerySet(PlacedQuerySet):
    """Institutions where they lie; a post narrowed to one office reaches that one."""

    office_field = "code"
