"""Model fields made from a layout: one typed field per delivered column, named in lower case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from asuh.kernel.dtks.layout import Column, Table, load


class LocalTimeField(models.Field):
    """A clock time as delivered, in no known time zone."""

    def db_type(self, connection: Any) -> str:
        return "timestamp without time zone"


def field_for(column: Column) -> models.Field:
    """Codes are small integers, text only where the layout says so; null = empty or not acceptable."""
    match column.kind:
        case "code" | "sum":
            return models.SmallIntegerField(null=True)
        case "int":
            return models.IntegerField(null=True)
        case "decimal":
            return models.FloatField(null=True)
        case "date":
            return models.DateField(null=True)
        case "datetime":
            return LocalTimeField(null=True)
        case "id" | "region" | "nik" | "kk":
            return models.TextField(null=True, db_collation="C")
        case _:
            return models.TextField(null=True)


def with_columns_of(table: Table) -> type[models.Model]:
    """An abstract model with the columns of `table`."""
    fields: dict[str, Any] = {column.name.lower(): field_for(column) for column in table.columns}
    meta = type("Meta", (), {"abstract": True})
    return type(
        f"{table.name.title()}Columns", (models.Model,), {**fields, "__module__": __name__, "Meta": meta}
    )


if TYPE_CHECKING:
    HouseholdColumns = models.Model
    MemberColumns = models.Model
else:
    HouseholdColumns = with_columns_of(load().households)
    MemberColumns = with_columns_of(load().members)
