"""Where files of people rest: as Django keeps them, but what was written by half does not stay."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class PrivateFiles(FileSystemStorage):
    """Files no address leads to."""

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        name = self.get_available_name(name or content.name, max_length=max_length)
        try:
            return super().save(name, content, max_length=max_length)
        except BaseException:
            Path(self.path(name)).unlink(missing_ok=True)
            raise


class Uploads(TemporaryFileUploadHandler):
    """Every upload goes to disk; one that finds no room leaves nothing there."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        try:
            return super().receive_data_chunk(raw_data, start)
        except OSError:
            with suppress(OSError):
                self.file.close()  # and thereby away
            raise
