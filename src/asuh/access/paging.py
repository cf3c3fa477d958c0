"""Lists by key: each page begins after the last row of the one before, however long the list is.

The address carries `after=<id of the last row>`; its values in the list's order are looked up, so no name
ever stands in an address.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from asuh.access.asked import key_of

# Above this many rows a count is PostgreSQL's estimate.
COUNTED = 10_000


@dataclass
class Page:
    """What `page_list.html` draws. total: None where nobody counted; estimated: whether it is a guess."""

    items: list[Any] = field(default_factory=list)
    next_url: str = ""
    first_url: str = ""
    total: int | None = None
    estimated: bool = False


def page(request: HttpRequest, rows: QuerySet[Any], *, order: tuple[str, ...], size: int = 50) -> Page:
    """The page of `rows` that `request` asks for.

    order: fields, each ascending or with "-" descending, none of them null; the id is added so that it is
    total.
    """
    order = order if order[-1].lstrip("-") in ("pk", "id") else (*order, "pk")
    after = key_of(request.GET.get("after", ""))
    total, estimated = count(rows)
    shown = rows.order_by(*order)
    if after is not None:
        # from the same rows: a place in somebody else's list would tell where their row stands in this one
        last = rows.filter(pk=after).values(*{name.lstrip("-") for name in order}).first()
        if last is not None:
            shown = shown.filter(beyond(order, last))
    items = list(shown[: size + 1])
    found = Page(items[:size], total=total, estimated=estimated)
    query = request.GET.copy()
    query.pop("after", None)
    if after:
        found.first_url = f"?{query.urlencode()}"
    if len(items) > size:
        query["after"] = str(items[size - 1].pk)
        found.next_url = f"?{query.urlencode()}"
    return found


def address_with(request: HttpRequest, **changes: Any) -> str:
    """This page's address with other filters, "?…". Empty removes a filter; `after` always goes, since
    another filter starts at the first page.
    """
    query = request.GET.copy()
    query.pop("after", None)
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}"


def beyond(order: tuple[str, ...], last: dict[str, Any]) -> Q:
    """Rows that come after one with the values `last` in this order."""
    condition, same = Q(pk__in=[]), Q()
    for name in order:
        plain = name.lstrip("-")
        side = "lt" if name.startswith("-") else "gt"
        condition |= same & Q(**{f"{plain}__{side}": last[plain]})
        same &= Q(**{plain: last[plain]})
    return condition


def count(rows: QuerySet[Any]) -> tuple[int, bool]:
    """How many rows there are, and whether that is an estimate."""
    found = rows.order_by()[: COUNTED + 1].count()
    if found <= COUNTED:
        return found, False
    statement, values = rows.order_by().query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + statement, values)
        plan = cursor.fetchone()[0]
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return max(int(plan[0]["Plan"]["Plan Rows"]), found), True
