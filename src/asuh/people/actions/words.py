"""Keeping the word list of names complete, so that a slip in a query finds the word that was meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl
from django.db import connection, transaction
from django.db.models import Max

from asuh.kernel.linkage import keys
from asuh.people.actions.bulk import IndexesAside, copy_frame
from asuh.people.models import NameWord, Person

_AT_ONCE = 20_000
_LONGEST = 250
_FEW = 500


@transaction.atomic
def learn_words(words: Iterable[str]) -> int:
    """Add words of normal forms to the word list; returns how many it did not know.

    For many names give `kernel.linkage.keys.words_of(column)`, once, after their people were written: the
    index of an empty list is built after it.
    """
    wanted = sorted({word for word in words if word and len(word) <= _LONGEST})
    with connection.cursor() as cursor:
        new = [
            word
            for start in range(0, len(wanted), _AT_ONCE)
            for word in _unknown(cursor, wanted[start : start + _AT_ONCE])
        ]
        if len(new) > _FEW:
            indexes = IndexesAside(cursor, NameWord._meta.db_table, len(new))
            _copy(cursor, new)
            indexes.build()
        else:
            NameWord.objects.bulk_create(
                [NameWord(word=word, keys=keys.word_list_keys(word)) for word in new], ignore_conflicts=True
            )
    return len(new)


def _unknown(cursor: Any, words: Sequence[str]) -> list[str]:
    cursor.execute(
        "SELECT word FROM unnest(%s::text[]) AS wanted(word)"
        " WHERE NOT EXISTS (SELECT FROM people_nameword known WHERE known.word = wanted.word)",
        [list(words)],
    )
    return [word for (word,) in cursor.fetchall()]


def _copy(cursor: Any, words: Sequence[str]) -> None:
    """Through a table of this transaction, since another import may learn the same words meanwhile."""
    cursor.execute(
        "CREATE TEMPORARY TABLE IF NOT EXISTS new_name_words (word text, keys int[]) ON COMMIT DROP"
    )
    cursor.execute("TRUNCATE new_name_words")
    with cursor.copy("COPY new_name_words FROM STDIN") as copy:
        # as text at once: words are letters only, and row by row takes five times as long
        copy.write(
            "".join(f"{word}\t{{{','.join(map(str, keys.word_list_keys(word)))}}}\n" for word in words)
        )
    cursor.execute(
        "INSERT INTO people_nameword (word, keys) SELECT word, keys FROM new_name_words"
        " ON CONFLICT DO NOTHING"
    )


def refile_names(*, at_once: int = 50_000) -> int:
    """Work out everybody's comparison form and search keys anew, after the tables of names have changed.

    In transactions of `at_once` people each, so it can be stopped and started again; only rows that differ
    are written. Returns how many. Nothing people see changes, so the trail need not know.
    """
    written = 0
    last = Person.objects.aggregate(last=Max("pk"))["last"] or 0
    for first in range(1, last + 1, at_once):
        with transaction.atomic(), connection.cursor() as cursor:
            written += _refile(cursor, first, first + at_once)
    return written


def _refile(cursor: Any, first: int, end: int) -> int:
    people = pl.DataFrame(
        list(Person.objects.filter(pk__gte=first, pk__lt=end).values_list("pk", "name")),
        schema={"id": pl.Int64, "name": pl.String},
        orient="row",
    )
    filed = keys.bulk(people["name"])
    learn_words(keys.words_of(filed["name_norm"]))
    rows = people.select("id").with_columns(
        name_norm=filed["name_norm"].str.slice(0, _LONGEST),
        name_keys="{" + filed["name_keys"].cast(pl.List(pl.String)).list.join(",") + "}",
    )
    cursor.execute(
        "CREATE TEMPORARY TABLE IF NOT EXISTS refiled (id bigint, name_norm text, name_keys int[])"
        " ON COMMIT DROP"
    )
    copy_frame(cursor, "refiled", rows)
    cursor.execute(
        "UPDATE people_person person SET name_norm = refiled.name_norm, name_keys = refiled.name_keys"
        " FROM refiled WHERE person.id = refiled.id"
        " AND (person.name_norm, person.name_keys) IS DISTINCT FROM (refiled.name_norm, refiled.name_keys)"
    )
    count: int = cursor.rowcount
    return count
