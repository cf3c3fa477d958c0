"""A right held in one area says nothing of another: `.can(` answers "anywhere" and is for menus and lists."""

import ast

import pytest

from tests.architecture.test_house import SOURCE, modules

#: (file, function) → why "anywhere" is what is meant there; never for one record in hand
ANYWHERE = {
    ("access/guards.py", "guard.decorate.guarded"): "403 or 404: whether the page exists for them at all",
    ("access/actions/exports.py", "ask_export"): "a list is asked for; its rows begin with `reachable`",
    ("access/actions/exports.py", "_kind"): "beside it, the areas kept with the file are asked one by one",
    ("access/actions/jobs.py", "retry_job"): "jobs lie in no area",
    ("access/views/exports.py", "new"): "whether the form is offered; its rows begin with `reachable`",
    ("access/views/users.py", "index"): "buttons above a list; each deed asks asuh.access.limits",
    ("access/views/users.py", "show"): "together with asuh.access.limits, which asks for this account",
    ("desk/navigation.py", "menu_for"): "the menu",
    ("desk/searching.py", "_results"): "whether to ask outside at all, and a button",
    ("desk/today.py", "waiting_for"): "which cards stand on the first page; each counts what is reachable",
    ("desk/today.py", "last_opened"): "a list, of what is reachable",
    ("institutions/views.py", "index"): "a button above a list",
    (
        "people/querysets.py",
        "DeliveryQuerySet.reachable",
    ): "a delivery not yet read lies nowhere; its sender's",
    ("people/views_children.py", "children"): "buttons above a list; each deed asks where the child lies",
    ("people/views_children.py", "_bin_tabs"): "the menu of the bin; both lists begin with `reachable`",
    ("people/views_deliveries.py", "tabs"): "the menu of deliveries",
    ("people/views_exports.py", "index"): "a choice in a form; the file asks for its own area",
}
INSTEAD = "ask `user.can_at(permission, record)` or begin with `.reachable(by=user, to=permission)`"


def asked_anywhere(source):
    """(function, line) of every `.can(…)` in `source`."""

    def walk(node, inside):
        for child in ast.iter_child_nodes(node):
            named = isinstance(child, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)
            here = (*inside, child.name) if named else inside
            if isinstance(child, ast.Attribute) and child.attr == "can":
                yield ".".join(here), child.lineno
            yield from walk(child, here)

    return list(walk(ast.parse(source), ()))


def everywhere():
    for path in modules():
        name = path.relative_to(SOURCE).as_posix()
        for function, line in asked_anywhere(path.read_text()):
            yield (name, function), line


def test_a_right_is_asked_where_the_record_lies():
    wrong = [
        f"{file}:{line} {function}"
        for (file, function), line in everywhere()
        if (file, function) not in ANYWHERE
    ]
    assert wrong == [], INSTEAD


def test_the_list_of_exceptions_is_short_and_true():
    assert set(ANYWHERE) - {place for place, _line in everywhere()} == set(), "take it off the list"


@pytest.mark.parametrize(
    "source",
    [
        "def show(request, person):\n    return request.user.can(Can.SEE_RESTRICTED)",
        "def show(request, person):\n    may = by.can\n    return may(Can.WITHDRAW)",
        "class Part:\n    def rows(self):\n        return [x for x in y if self.by.can(Can.SEE)]",
    ],
)
def test_asking_anywhere_would_be_seen(source):
    assert asked_anywhere(source)


@pytest.mark.parametrize(
    "source", ["by.can_at(Can.SEE, person)", "Person.objects.reachable(by=by, to=Can.SEE)"]
)
def test_asking_rightly_is_left_alone(source):
    assert not asked_anywhere(source)
