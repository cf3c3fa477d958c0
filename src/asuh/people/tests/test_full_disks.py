"""No room left: it is said in words, and nothing of anybody lies about afterwards."""

import subprocess
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from asuh.people.actions import deliveries
from asuh.people.actions.sending import send_delivery
from asuh.people.models import Delivery
from asuh.people.tests.deliveries import JANUARY

pytestmark = pytest.mark.django_db


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 64 kB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def everything_under(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


@pytest.mark.parametrize("move", [True, False])
def test_a_delivery_that_finds_no_room_leaves_nothing(tmp_path, small_disk, settings, rangga, move):
    settings.HOME = small_disk
    (small_disk / "deliveries").mkdir()
    (tmp_path / "members.csv").write_bytes(b"x" * 200_000)
    with pytest.raises(OSError, match="No space left"):
        deliveries.receive_delivery([tmp_path / "members.csv"], period=JANUARY, by=rangga, move=move)
    assert everything_under(small_disk / "deliveries") == []
    assert not Delivery.objects.exists()


def test_a_delivery_that_cannot_be_queued_leaves_nothing(tmp_path, settings, rangga, monkeypatch):
    settings.HOME = tmp_path
    (tmp_path / "members.csv").write_bytes(b"x")

    def fails(*_, **__):
        raise RuntimeError

    monkeypatch.setattr("asuh.people.tasks.import_later", fails)
    with pytest.raises(RuntimeError):
        send_delivery([tmp_path / "members.csv"], names=["members.csv"], period=JANUARY, by=rangga)
    assert everything_under(tmp_path / "deliveries") == []


@pytest.mark.parametrize("move", [True, False])
def test_the_files_of_a_delivery_are_for_nobody_else_to_read(tmp_path, settings, rangga, move):
    settings.HOME = tmp_path
    (tmp_path / "members.csv").write_bytes(b"x")
    delivery = deliveries.receive_delivery([tmp_path / "members.csv"], period=JANUARY, by=rangga, move=move)
    (file,) = everything_under(delivery.folder)
    assert (oct(delivery.folder.stat().st_mode)[-3:], oct(file.stat().st_mode)[-3:]) == ("700", "600")


def test_half_a_picture_does_not_stay(small_disk, settings):
    settings.MEDIA_ROOT = small_disk
    with pytest.raises(OSError, match="No space left"):
        default_storage.save("photos/a.jpg", ContentFile(b"x" * 200_000))
    assert [path for path in everything_under(small_disk) if path.is_file()] == []


def test_an_upload_that_finds_no_room_is_told_in_words(small_disk, settings, rangga):
    settings.FILE_UPLOAD_TEMP_DIR = str(small_disk)
    client = Client(raise_request_exception=False)
    client.force_login(rangga)
    sent = {"files": SimpleUploadedFile("members.csv", b"x" * 200_000)}
    answer = client.post(reverse("deliveries:upload"), sent)
    assert answer.status_code == 507
    assert "Tidak ada ruang tersisa" in answer.content.decode()
    assert everything_under(small_disk) == []
