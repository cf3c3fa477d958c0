"""Pages for signing in and for administering users, jobs, downloads and the trail."""

from asuh.access.views.doors import csrf_failure

__all__ = ["csrf_failure"]
