"""Facts reach people through `people.reading`, which asks for whom. Whoever reads them otherwise says why."""

import re

import pytest

from asuh.people.models import KINDS
from tests.architecture.test_house import SOURCE, modules

NAMES = "|".join(["KINDS", "Fact", *(model.__name__ for model in KINDS.values())])
READING = re.compile(
    rf"(\b({NAMES})\b(\[[^\]]*\])?|\bmodel|type\(\w+\))\.(objects|_default_manager|_base_manager)\b|cares_for"
)
#: (file, line as far as it tells) → why no reader is asked for there; verbs in actions/ read what they write
BESIDE = {
    (
        "people/views_children.py",
        "IdentityDocument.objects",
    ): "a number or a picture; papers are never restricted",
    ("people/views_children.py", "ContactFact.objects"): "a number; telephones are never restricted",
    ("people/views_children.py", "Photo.objects"): "a picture; photos are never restricted",
}


def readings(source):
    """What in `source` asks the database for facts."""
    if not re.search(rf"from asuh\.people\.models[\w.]* import (\([^)]*|[^\n]*)\b({NAMES})\b", source):
        return []
    return [found[0] for found in READING.finditer(source)]


def beside_the_door():
    for path in modules(without=("actions",)):
        name = path.relative_to(SOURCE).as_posix()
        if name not in ("people/reading.py", "people/models/facts.py"):
            for found in readings(path.read_text()):
                yield name, found


def test_facts_leave_through_one_door():
    wrong = [f"{name}: {found}" for name, found in beside_the_door() if (name, found) not in BESIDE]
    assert wrong == [], "ask asuh.people.reading, which knows for whom"


def test_the_list_of_those_beside_it_is_true():
    assert set(BESIDE) - set(beside_the_door()) == set(), "take it off the list"


@pytest.mark.parametrize(
    "line",
    [
        "from asuh.people.models import CategoryFact\nCategoryFact.objects.filter(person=child)",
        "from asuh.people.models import KINDS\nfor kind in KINDS:\n    KINDS[kind].objects.standing()",
        "from asuh.people.models import KINDS\nfor model in KINDS.values():\n    model.objects.all()",
        "from asuh.people.models import Caregiving\nperson.cares_for.all()",
    ],
)
def test_reading_past_the_door_would_be_seen(line):
    assert readings(line)


def test_what_reads_no_facts_is_left_alone():
    assert not readings("from asuh.people.models import MemberRow\nmodel = MemberRow\nmodel.objects.all()")
