"""Files people ask for: for themselves, with a reason, for seven days."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from python_calamine import CalamineWorkbook

from asuh.access import exports, tasks
from asuh.access.actions import ask_export, make_export, open_export, remove_old_exports
from asuh.access.actions.exports import NothingChosen, NotReady, folder
from asuh.access.exports import Column, Kind, all_kinds
from asuh.access.models import Export, Post
from asuh.access.refusals import ReasonMissing, Refused
from asuh.audit.actions import record
from asuh.audit.models import Event

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TRAIL = "audit.trail"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def ask(by, columns=("id", "words"), why="pemeriksaan bulanan", **more):
    return ask_export(all_kinds()[TRAIL], columns=columns, choices={}, why=why, by=by, **more)


@pytest.fixture
def ready(wulan):
    record("access.unlocked", by=wulan, on=("user", wulan.pk), area_key="3522")
    return make_export(ask(wulan))


def test_not_without_the_right(siti):
    with pytest.raises(Refused):
        ask(siti)
    assert Event.objects.get(what="access.export_asked").refused


def test_not_without_a_reason_or_a_column(wulan):
    with pytest.raises(ReasonMissing):
        ask(wulan, why=" ")
    with pytest.raises(NothingChosen):
        ask(wulan, columns=["password"])
    assert not Export.objects.exists()


def test_not_made_when_the_post_ended_meanwhile(wulan):
    export = ask(wulan)
    Post.objects.update(starts_on=timezone.localdate() - timedelta(9), ends_on=timezone.localdate())
    with pytest.raises(Refused):
        make_export(Export.objects.get(pk=export.pk))
    assert Export.objects.get(pk=export.pk).state == "failed"


def test_not_fetched_when_the_post_ended_meanwhile(ready, wulan):
    Post.objects.update(starts_on=timezone.localdate() - timedelta(9), ends_on=timezone.localdate())
    wulan.forget_posts()
    with pytest.raises(Refused):
        open_export(ready, by=wulan)


def test_not_fetched_when_one_of_its_areas_was_lost(someone):
    officer = someone("ratna", ("data_protection_officer", "3522"), ("data_protection_officer", "7306"))
    export = make_export(ask(officer))
    officer.posts.filter(area_key="3522").update(
        starts_on=timezone.localdate() - timedelta(9), ends_on=timezone.localdate()
    )
    officer.forget_posts()
    with pytest.raises(Refused):
        open_export(Export.objects.get(pk=export.pk), by=officer)


def test_not_fetched_by_anybody_else(client, ready, agus, someone):
    other = someone("other", ("data_protection_officer", ""))
    for by in (agus, other):
        with pytest.raises(Refused):
            open_export(ready, by=by)
        client.force_login(by, backend=BACKEND)
        for part in ("", "berkas/"):
            assert client.get(f"/pengelolaan/unduhan/{ready.pk}/{part}").status_code == 404


def test_the_file_holds_what_was_chosen(client, ready, wulan):
    client.force_login(wulan, backend=BACKEND)
    answer = client.get(f"/pengelolaan/unduhan/{ready.pk}/berkas/")
    content = b"".join(answer.streaming_content)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[0] == ["Nomor", "Perbuatan"]
    assert any("membuka kunci masuk wulan" in row for row in rows)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert Event.objects.get(what="access.export_downloaded").why == "pemeriksaan bulanan"


def test_asking_leaves_a_job_with_an_id_only(wulan):
    export = ask(wulan)
    job = ProcrastinateJob.objects.get(task_name="access.make_export")
    assert job.args == {"export_id": export.pk}


def test_the_job_makes_it(wulan):
    export = ask(wulan, format="csv")
    tasks.make_export.func(export_id=export.pk)
    export.refresh_from_db()
    assert export.state == "ready"
    assert (folder() / export.file_name).read_text("utf-8-sig").startswith("Nomor,Perbuatan")
    assert (folder() / export.file_name).stat().st_mode & 0o077 == 0


def test_its_owner_is_told_without_a_word_about_what_is_in_it(wulan, mailoutbox):
    wulan.email = "wulan@example.org"
    wulan.save()
    make_export(ask(wulan))
    (mail,) = mailoutbox
    assert mail.to == ["wulan@example.org"]
    assert "jejak" not in (mail.subject + mail.body).lower()


def test_it_vanishes_after_seven_days(ready, wulan):
    path = folder() / ready.file_name
    assert remove_old_exports(timezone.now() + timedelta(days=6, hours=23)) == 0
    assert path.exists()
    remove_old_exports(timezone.now() + timedelta(days=7, minutes=1))
    assert not path.exists()
    ready.refresh_from_db()
    assert ready.state == "gone"
    with pytest.raises(NotReady):
        open_export(ready, by=wulan)
    assert Event.objects.filter(what="access.export_removed", subject_id=ready.pk).exists()


def test_a_file_without_an_owner_vanishes_too(wulan):
    lost = folder() / "lost.xlsx"
    lost.write_text("x")
    remove_old_exports(timezone.now() + timedelta(days=2))
    assert not lost.exists()


def test_a_file_that_cannot_be_made_leaves_nothing(wulan):
    def broken(by, choices, columns):
        yield ["one"]
        raise RuntimeError

    exports.declare(Kind("test.broken", "Rusak", "audit.read_trail", [Column("a", "A")], broken))
    before = set(folder().iterdir())
    export = ask_export(all_kinds()["test.broken"], columns=["a"], choices={}, why="x", by=wulan)
    with pytest.raises(RuntimeError):
        make_export(export)
    assert Export.objects.get(pk=export.pk).state == "failed"
    assert set(folder().iterdir()) == before
    exports._kinds.pop("test.broken")


def test_from_the_list_to_the_download_page(client, wulan, siti):
    record("access.unlocked", by=siti, on=("user", siti.pk))
    record("access.unlocked", by=wulan, on=("user", wulan.pk))
    client.force_login(wulan, backend=BACKEND)
    trail = client.get(f"/jejak-audit/?actor={siti.pk}")
    ask_page = trail.context["export_url"]
    wrong = client.post(ask_page, {"columns": ["id"], "format": "xlsx", "why": ""})
    assert wrong.status_code == 422
    answer = client.post(ask_page, {"columns": ["actor"], "format": "csv", "why": "aduan"}, follow=True)
    export = Export.objects.get()
    assert "menunggu giliran" in answer.content.decode()
    part = client.get(f"/pengelolaan/unduhan/{export.pk}/", headers={"HX-Request": "true"})
    assert "hx-get" in part.content.decode()
    make_export(export)
    assert client.get(f"/pengelolaan/unduhan/{export.pk}/", headers={"HX-Request": "true"}).headers[
        "HX-Refresh"
    ]
    text = (folder() / export.file_name).read_text("utf-8-sig").split()
    assert text[0] == "Pelaku"
    assert set(text[1:]) == {"siti"}, "the filter of the list goes along"
    assert client.get("/pengelolaan/unduhan/").status_code == 200
    client.post(f"/pengelolaan/unduhan/{export.pk}/hapus/")
    assert not (folder() / export.file_name).exists() or export.file_name
    assert Export.objects.get().state == "gone"


def test_the_list_of_users_holds_only_ones_own_areas(client, someone, siti, citra):
    novi = someone("novi", ("administrator", "3522"), area_key="3522")
    client.force_login(novi, backend=BACKEND)
    ask_page = client.get("/pengelolaan/pengguna/?role=case_worker").context["export_url"]
    client.post(ask_page, {"columns": ["username", "posts"], "format": "csv", "why": "apel"})
    export = make_export(Export.objects.get())
    lines = (folder() / export.file_name).read_text("utf-8-sig").splitlines()
    assert lines[1:] == ['siti,"Pekerja sosial, Kabupaten Bojonegoro, Jawa Timur"']
