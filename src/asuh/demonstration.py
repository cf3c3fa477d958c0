"""`asuh demo`: one account a role, and an invented kabupaten that came through the real importer."""

import shutil
from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from asuh.access import roles, terms
from asuh.access.actions import accounts
from asuh.access.models import User
from asuh.invented.deliveries import write_delivery
from asuh.operating import migrate
from asuh.people.actions import facts
from asuh.people.actions.deliveries import receive_delivery, take_delivery
from asuh.people.models import Delivery, Person
from asuh.people.models.registry import RelationToHead, Sex
from asuh.places import loading

# printed at every start; the demo listens on 127.0.0.1 alone
PASSWORD = "coba-asuh-2026"  # noqa: S105
REGENCY = "3522"
PERIOD = date(2020, 1, 1)
SEED = 20200330

# role → (username, name, area key)
ACCOUNTS = {
    "case_worker": ("siti", "Siti Rahmawati", REGENCY),
    "supervisor": ("budi", "Budi Santoso", "35"),
    "data_officer": ("rangga", "Rangga Wicaksono", ""),
    "institution_head": ("hesti", "Hesti Wardani", REGENCY),
    "regional_manager": ("joko", "Joko Susilo", REGENCY),
    "national": ("nirmala", "Nirmala Sari", ""),
    "partner_analyst": ("dewi", "Dewi Anggraini", ""),
    "supply_officer": ("yusuf", "Yusuf Maulana", REGENCY),
    "data_protection_officer": ("wulan", "Wulan Prabowo", ""),
    "administrator": ("agus", "Agus Hidayat", ""),
}
STAGES = {
    "reading": "Membaca dan memeriksa",
    "waiting": "Menunggu giliran",
    "writing": "Menulis orang dan rumah tangga",
    "indexing": "Menyusun indeks",
}

Tell = Callable[[str], Any]


def prepare(*, members: int, tell: Tell) -> None:
    """Bring an installation to where somebody can try it; what is there already is kept.

    members: how many people to invent and import, where no delivery has been imported yet.
    """
    migrate()
    loading.load_areas(tell=tell)
    for role, (username, name, area_key) in ACCOUNTS.items():
        _open_account(role, username, name, area_key)
    if not Delivery.objects.filter(state=Delivery.State.IMPORTED).exists():
        _import_invented(members, tell)
        _record_invented_visits()


def _open_account(role: str, username: str, name: str, area_key: str) -> None:
    if User.objects.filter(username=username).exists():
        return
    invited = accounts.invite_user(username, name=name, area_key=area_key, by=None)
    user = accounts.accept_invitation(invited.token, password=PASSWORD)
    accounts.give_post(user, role=role, area_key=area_key, by=None)
    accounts.accept_terms(user, version=terms.version(), by=user)


def _import_invented(members: int, tell: Tell) -> None:
    tell(f"Menyusun {_number(members)} orang rekaan …")
    folder = settings.HOME / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    write_delivery(folder, regency=REGENCY, members=members, seed=SEED, period=f"{PERIOD:%Y-%m}")
    delivery = Delivery.objects.filter(state=Delivery.State.IMPORTING).first() or receive_delivery(
        [folder / "households.csv", folder / "members.csv"], period=PERIOD, by=None
    )
    with _bar() as bar:
        task = bar.add_task(STAGES["reading"], total=None)

        def show(told: Delivery) -> None:
            bar.update(
                task,
                description=STAGES.get(told.stage, told.stage),
                completed=told.rows_done,
                total=told.rows_total or None,
            )

        delivery = take_delivery(delivery, by=None, tell=show, measure=False)
    counts = {table: delivery.result[table] for table in ("households", "members")}
    for table, words in (("households", "rumah tangga"), ("members", "anggota")):
        count = counts[table]
        tell(
            f"  {words}: {_number(count['accepted'] + count['warned'])} masuk "
            f"({_number(count['warned'])} dengan peringatan), {_number(count['quarantined'])} di karantina"
        )
    shutil.rmtree(folder, ignore_errors=True)


def _record_invented_visits() -> None:
    """What a case worker saw at a dozen children, so that pages have two sources to show."""
    siti = User.objects.get(username="siti")
    on = timezone.localdate().replace(day=1)
    seen = {"as_of": on, "how": "visit", "by": siti}
    children: Any = Person.objects.children_on(on).filter(
        relation=RelationToHead.GRANDCHILD, born_on__lte=on.replace(year=on.year - 6), household__isnull=False
    )
    for number, child in enumerate(children.exclude(mother_name="").order_by("pk")[:12]):
        carer = child.household.members.filter(relation=RelationToHead.HEAD).first()
        left = number % 2 == 0
        facts.record_fact(
            child,
            "schooling",
            participation="left" if left else "attending",
            level="primary",
            grade=4,
            reasons=["cost"] if left else [],
            **seen,
        )
        facts.record_fact(
            child,
            "parents",
            father="dead" if number % 3 == 0 else "alive",
            mother="alive",
            mother_name=child.mother_name,
            mother_away="migrant",
            **seen,
        )
        facts.record_fact(child, "document", document="birth_certificate", state="missing", **seen)
        if carer is not None and carer.pk != child.pk:
            relation = "grandmother" if carer.sex == Sex.FEMALE else "grandfather"
            facts.record_fact(
                child, "caregiving", arrangement="kin", caregiver=carer, relation=relation, **seen
            )


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description:<32}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def welcome(address: str) -> str:
    """What to do now: the address, and who one can be."""
    names = roles.all_roles()
    width = max(len(str(names[role].name)) for role in ACCOUNTS)
    lines = ["", f"Asuh siap di {address}  (Ctrl-C menghentikan semuanya)", "", "Masuk sebagai:"]
    for role, (username, name, _area) in ACCOUNTS.items():
        lines.append(f"  {names[role].name!s:<{width}}  {username:<8} {name}")
    lines += ["", f"Sandi untuk semua: {PASSWORD}", "Semua orang di dalamnya rekaan.", ""]
    return "\n".join(lines)
