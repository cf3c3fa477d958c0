"""Everything that is stored because somebody has a name."""

from typing import Any

import polars as pl

from asuh.kernel.linkage import keys, names
from asuh.kernel.linkage.writing import TURNING, as_written_column
from asuh.people.models import NameWord, Person

_TURNING = dict.fromkeys(map(ord, TURNING))


def tidy(text: str) -> str:
    """One space between words, none around, and no marks that turn the direction of writing: a name reads
    the same in every line it stands in."""
    return " ".join(text.translate(_TURNING).split())


def name_fields(name: str) -> dict[str, Any]:
    """name, name_norm and name_keys, which always change together."""
    return {
        "name": tidy(name)[: Person._meta.get_field("name").max_length],
        "name_norm": names.normal_form(name)[: Person._meta.get_field("name_norm").max_length],
        "name_keys": keys.index_keys(name),
    }


def delivered_names(rows: pl.DataFrame) -> pl.DataFrame:
    """What `rows` (name, birth_place, mother_name as delivered) become in the golden record: written as
    people write, though registers come in capitals; with name_norm and name_keys (list of i32)."""
    shown = [
        as_written_column(rows[column].fill_null("").str.slice(0, 200)) for column in ("name", "mother_name")
    ]
    places = rows["birth_place"].unique()  # few
    written = pl.DataFrame(
        [places, as_written_column(places.fill_null("").str.slice(0, 200)).alias("written")]
    )
    shown.append(
        rows.select("birth_place")
        .join(written, on="birth_place", how="left", nulls_equal=True, maintain_order="left")["written"]
        .alias("birth_place")
    )
    return pl.DataFrame(shown).hstack(keys.bulk(shown[0]).with_columns(pl.col("name_norm").str.slice(0, 250)))


def file_words(person: Person) -> None:
    """Put the words of a new name into the word list of the search."""
    NameWord.objects.bulk_create(
        [NameWord(word=word, keys=keys.word_list_keys(word)) for word in person.name_norm.split()],
        ignore_conflicts=True,
    )
