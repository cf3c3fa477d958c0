"""The cast everyone knows, and the ground they stand on."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

BOJONEGORO, TUBAN, EAST_JAVA, GOWA = "3522", "3523", "35", "7306"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """All areas of Indonesia, loaded once: the registry cannot be understood without them."""
    with django_db_blocker.unblock():
        from asuh.places import loading

        loading.load_areas()


@pytest.fixture(scope="session", autouse=True)
def forget_between_tests() -> None:
    """Remove what a transactional test leaves, but for the areas; only its owner may empty the trail."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    forget = DatabaseOperations.sql_flush

    def sql_flush(self: Any, style: Any, tables: list[str], **options: Any) -> list[str]:
        trail = ("audit_event", "audit_seal")
        return [
            *(f"ALTER TABLE {table} DISABLE TRIGGER audit_append_only" for table in trail),
            *forget(self, style, [table for table in tables if not table.startswith("places_")], **options),
            *(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER audit_append_only" for table in trail),
            "TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE",
        ]

    DatabaseOperations.sql_flush = sql_flush


@pytest.fixture
def someone(db: None) -> Any:
    """Make a person with posts: someone("siti", ("case_worker", "3522"), …); posts began yesterday."""

    def make(username: str, *posts: tuple[str, str], name: str = "", **fields: Any) -> Any:
        from asuh.access.models import Post, User

        fields.setdefault("terms_version", settings.TERMS_VERSION)
        user = User.objects.create_user(username, "rahasia-sekali", name=name or username.title(), **fields)
        for role, area in posts:
            Post.objects.create(
                user=user, role=role, area_key=area, starts_on=timezone.localdate() - timedelta(days=1)
            )
        return user

    return make


@pytest.fixture
def siti(someone: Any) -> Any:
    """Case worker of Bojonegoro."""
    return someone("siti", ("case_worker", BOJONEGORO), name="Siti Rahmawati")


@pytest.fixture
def budi(someone: Any) -> Any:
    """Supervisor of the whole of East Java."""
    return someone("budi", ("supervisor", EAST_JAVA), name="Budi Santoso")


@pytest.fixture
def ratna(someone: Any) -> Any:
    """Supervisor for the whole country, who may change what lies in two districts at once."""
    return someone("ratna", ("supervisor", ""), name="Ratna Dewanti")


@pytest.fixture
def citra(someone: Any) -> Any:
    """Case worker of another district, Gowa."""
    return someone("citra", ("case_worker", GOWA), name="Citra Lestari")


@pytest.fixture
def dewi(someone: Any) -> Any:
    """Analyst of a partner for the whole country, who never sees a name."""
    return someone("dewi", ("partner_analyst", ""), name="Dewi Anggraini")


@pytest.fixture
def rangga(someone: Any) -> Any:
    """Data officer of Bojonegoro."""
    return someone("rangga", ("data_officer", BOJONEGORO), name="Rangga Wicaksono")


@pytest.fixture
def wulan(someone: Any) -> Any:
    """Data protection officer for the whole country."""
    return someone("wulan", ("data_protection_officer", ""), name="Wulan Prabowo")


@pytest.fixture
def agus(someone: Any) -> Any:
    """System administrator for the whole country."""
    return someone("agus", ("administrator", ""), name="Agus Hidayat")
