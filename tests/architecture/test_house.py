"""What an import graph cannot see: where writing happens, what points where, what is declared."""

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "asuh"
#: from ground to top, as in .importlinter
FLOORS = ["places", "audit", "access", "institutions", "people", "desk"]


def modules(*, without=()):
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).parts
        if "tests" in parts or "migrations" in parts or any(part in without for part in parts):
            continue
        yield path


# ── imports ───────────────────────────────────────────────────────────────────────────────────────────


def test_imports_only_point_down():
    found = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True
    )
    assert found.returncode == 0, found.stdout


def test_every_app_has_a_floor():
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("asuh.")}
    assert ours == set(FLOORS), "add it to FLOORS here and to .importlinter"


def test_foreign_keys_only_point_down():
    """Named by strings, they escape the import contracts."""
    wrong = []
    for config in apps.get_app_configs():
        if config.label not in FLOORS:
            continue
        for model in config.get_models():
            for field in model._meta.get_fields():
                target = getattr(field, "related_model", None) if not field.auto_created else None
                label = target._meta.app_label if target is not None else None
                if label in FLOORS and FLOORS.index(label) > FLOORS.index(config.label):
                    wrong.append(f"{model.__name__}.{field.name} → {label}")
    assert wrong == []


# ── writing ───────────────────────────────────────────────────────────────────────────────────────────

#: where writing belongs, and the few places besides, each with its reason
WRITERS = {"actions", "actions.py", "loading.py"}
ALSO = {
    "audit/sealing.py": "seals are written by the clock, nobody's verb",
    "access/models.py": "UserManager.create_user, which Django's own machinery expects",
    "demonstration.py": "accepts the terms for its invented users",
}
WRITES = {
    "create",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "update",
    "delete",
    "save",
}
STATEMENT = re.compile(r"^\s*(INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|TRUNCATE)", re.I)


def writes_in(source):
    """(line, what) of everything in `source` that looks like writing to the database."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            chain = ast.unparse(node.func.value)
            manager = re.search(r"\b(objects|_base_manager|_default_manager|_set)\b", chain)
            named = node.func.attr in ("save", "delete") and re.fullmatch(r"[a-z_]+(\.[a-z_]+)*", chain)
            if manager or (named and not re.search(r"session|store|cache|form\b", chain)):
                yield node.lineno, f"{chain}.{node.func.attr}()"
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and STATEMENT.match(node.value):
            yield node.lineno, node.value.strip()[:40]


def test_only_actions_write():
    wrong = []
    for path in modules():
        name = path.relative_to(SOURCE).as_posix()
        if WRITERS & set(path.relative_to(SOURCE).parts) or name in ALSO:
            continue
        wrong += [f"{name}:{line} {what}" for line, what in writes_in(path.read_text())]
    assert wrong == [], "move it into a verb of the app's actions"


@pytest.mark.parametrize(
    "line",
    [
        "Person.objects.create(name='x')",
        "Person.objects.filter(pk=1).update(name='x')",
        "person.save()",
        "post.user.delete()",
        "cursor.execute('DELETE FROM people_person')",
        "cursor.execute('''\n   update people_person set name = 1''')",
    ],
)
def test_writing_would_be_seen(line):
    assert list(writes_in(line))


@pytest.mark.parametrize(
    "line", ["values.update(a=1)", "digest.update(b'')", "request.session.save()", "'update the list'"]
)
def test_what_is_no_writing_is_left_alone(line):
    assert not list(writes_in(line))


# ── the trail ─────────────────────────────────────────────────────────────────────────────────────────


def recorded():
    """(where, code) of every event written with a literal code."""
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = ast.unparse(node.func)
            first = node.args[0]
            if called.removeprefix("_") in ("audit.record", "record", "tell", "refusals_recorded"):
                where = f"{path.relative_to(SOURCE)}:{node.lineno}"
                yield where, first.value if isinstance(first, ast.Constant) else None


def test_every_event_has_a_sentence():
    from asuh.audit.codes import all_sentences

    found = list(recorded())
    assert len(found) > 10
    missing = [f"{where} {code}" for where, code in found if code is not None and code not in all_sentences()]
    assert missing == [], "declare it in the app's events.py"


def test_every_sentence_is_an_event_of_its_own_app():
    from asuh.audit.codes import all_sentences

    labels = {config.label for config in apps.get_app_configs()}
    assert [code for code in all_sentences() if code.split(".")[0] not in labels] == []


def test_every_kind_of_subject_has_a_name():
    """Kinds are written as on=("kind", id)."""
    from asuh.audit.codes import all_subjects

    kinds = set()
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.keyword) and node.arg == "on" and isinstance(node.value, ast.Tuple):
                first = node.value.elts[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    kinds.add(first.value)
    assert kinds - set(all_subjects()) == set(), "declare_subject in the app's events.py"


# ── jobs ──────────────────────────────────────────────────────────────────────────────────────────────


def test_jobs_carry_ids_and_no_words():
    """Jobs are kept and shown: their arguments are numbers, instants and switches."""
    from procrastinate.contrib.django import app

    wrong = []
    for name, task in app.tasks.items():
        if name.startswith("builtin:") or not task.func.__module__.startswith("asuh."):
            continue
        for parameter in inspect.signature(task.func).parameters.values():
            kind = str(parameter.annotation)
            if parameter.name == "context" or re.search(r"\b(int|bool|date)\b", kind):
                continue
            wrong.append(f"{name}({parameter.name}: {kind})")
    assert wrong == []


def test_every_job_has_words():
    from procrastinate.contrib.django import app

    from asuh.access.jobs import all_task_words

    ours = {name for name, task in app.tasks.items() if task.func.__module__.startswith("asuh.")}
    assert ours - set(all_task_words()) == set()
    assert len(ours) >= 5


# ── templates ─────────────────────────────────────────────────────────────────────────────────────────

TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_nothing_inline(path):
    from tests.architecture.test_sweep import faults

    assert faults(re.sub(r"{#.*?#}", "", path.read_text(), flags=re.S)) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_page_says_its_title(path):
    text = path.read_text()
    parent = re.search(r"{%\s*extends\s+\"([^\"]+)\"", text)
    if parent is None or path.name.startswith(("page_", "base")) or "layouts" in path.parts:
        return
    assert re.search(r"{%\s*block (head_)?title\s*%}.*?\S.*?{%\s*endblock", text) or parent.group(1) not in (
        "base.html",
        "base_signed_out.html",
    ), path
    if parent.group(1).startswith("page_") and "error" not in parent.group(1):
        assert re.search(r"{%\s*block title\s*%}\s*[^\s%]", text) or "block title %}{%" in text, path


def test_every_role_can_be_tried_in_the_demonstration():
    from asuh import demonstration
    from asuh.access.roles import all_roles

    assert demonstration.ACCOUNTS.keys() == all_roles().keys(), "one account a role: asuh/demonstration.py"


def test_every_decision_is_listed():
    folder = ROOT / "docs" / "decisions"
    written = {path.name for path in folder.glob("0*.md")}
    assert set(re.findall(r"\((0[^)]+)\)", (folder / "README.md").read_text())) == written
    assert len({name[:4] for name in written}) == len(written), "two decisions have one number"
