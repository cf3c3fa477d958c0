"""Keeping the word list of names complete, so that a slip in a query finds the word that was meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction

from asuh.kernel.linkage import keys
from asuh.people.actions.bulk import IndexesAside
from asuh.people.models import NameWord

_AT_ONCE = 20_000
_LONGEST = 250
_FEW = 500


@transaction.atomic
def learn_words(words: Iterable[str]) -> int:
    """Add words of normal forms to the word list; returns how many it did not know.

    For many names give `kernel.linkage.keys.words_of(column)`, once, after their people were written: where
    the list at least doubles, its index is built anew, and until the transaction ends nobody searches.
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
        for word in words:
            copy.write_row((word, keys.word_list_keys(word)))
    cursor.execute(
        "INSERT INTO people_nameword (word, keys) SELECT word, keys FROM new_name_words"
        " ON CONFLICT DO NOTHING"
    )
