"""Keeping the word list of names complete, so that a slip in a query finds the word that was meant."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction

from asuh.kernel.linkage import keys

_AT_ONCE = 20_000


@transaction.atomic
def learn_words(words: Iterable[str]) -> int:
    """Add words of normal forms to the word list; returns how many it did not know.

    For many names give `kernel.linkage.keys.words_of(column)`, once a chunk, after its people were written.
    """
    wanted = sorted({word for word in words if word and len(word) <= 250})
    learnt = 0
    with connection.cursor() as cursor:
        for start in range(0, len(wanted), _AT_ONCE):
            cursor.execute(
                "SELECT word FROM unnest(%s::text[]) AS wanted(word)"
                " WHERE NOT EXISTS (SELECT FROM people_nameword known WHERE known.word = wanted.word)",
                [wanted[start : start + _AT_ONCE]],
            )
            new = [word for (word,) in cursor.fetchall()]
            if len(new) > 500:
                cursor.execute(
                    "CREATE TEMPORARY TABLE IF NOT EXISTS new_name_words (word text, keys int[])"
                    " ON COMMIT DROP"
                )
                cursor.execute("TRUNCATE new_name_words")
                with cursor.copy("COPY new_name_words FROM STDIN") as copy:
                    for word in new:
                        copy.write_row((word, keys.word_list_keys(word)))
                cursor.execute(
                    "INSERT INTO people_nameword SELECT word, keys FROM new_name_words ON CONFLICT DO NOTHING"
                )
            elif new:
                cursor.executemany(
                    "INSERT INTO people_nameword (word, keys) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                    [(word, keys.word_list_keys(word)) for word in new],
                )
            learnt += len(new)
    return learnt
