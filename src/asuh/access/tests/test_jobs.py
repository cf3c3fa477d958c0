"""Background work: seen, tried again, never lost."""

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from asuh.access import tasks
from asuh.access.actions import retry_job
from asuh.access.actions.jobs import NotFailed
from asuh.access.refusals import Refused
from asuh.audit.models import Event

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def failed():
    tasks.make_export.defer(export_id=1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed', attempts = 1")
    return ProcrastinateJob.objects.get()


def test_not_without_the_right(siti, failed):
    with pytest.raises(Refused):
        retry_job(failed, by=siti)


def test_what_did_not_fail_is_left_alone(agus, failed):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded'")
    with pytest.raises(NotFailed):
        retry_job(failed, by=agus)


def test_a_failed_job_is_tried_again(client, agus, failed):
    client.force_login(agus, backend=BACKEND)
    page = client.get("/pengelolaan/pekerjaan/")
    assert "Membuat berkas ekspor" in page.content.decode()
    client.post(f"/pengelolaan/pekerjaan/{failed.pk}/ulang/")
    assert ProcrastinateJob.objects.get().status == "todo"
    assert Event.objects.get(what="access.job_retried").details == {"task": "access.make_export"}


@pytest.mark.parametrize("state", ["berjalan", "gagal", "menunggu", "selesai", "x"])
def test_every_state_has_its_list(client, agus, failed, state):
    client.force_login(agus, backend=BACKEND)
    assert client.get(f"/pengelolaan/pekerjaan/?keadaan={state}").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_was_killed_is_taken_up_again():
    """The row says "doing", and no worker answers for it."""
    import asyncio

    from procrastinate.contrib.django import app

    tasks.make_export.defer(export_id=1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL")

    class Context:
        pass

    async def run():
        connector = app.connector.get_worker_connector()
        with app.replace_connector(connector) as working:
            async with working.open_async():
                Context.app = working
                await tasks.pick_up.func(Context, timestamp=0)

    asyncio.run(run())
    assert ProcrastinateJob.objects.get().status == "todo"
