"""The files of a delivery on disk: for nobody else to read, gone where the delivery does not come about."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from asuh.people.models import Delivery


@contextmanager
def files_stored(
    delivery: Delivery, paths: Sequence[Path], names: Sequence[str], *, move: bool
) -> Iterator[None]:
    """Copy (or move) the files into the folder of `delivery`; whatever fails, here or inside, empties it."""
    with gone_on_failure(delivery):
        delivery.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number, path in enumerate(paths):
            _store(path, delivery.folder / f"{number}{Path(names[number]).suffix.lower()}", move=move)
        yield


@contextmanager
def gone_on_failure(delivery: Delivery) -> Iterator[None]:
    """Leave no folder of people behind for a delivery that is undone."""
    try:
        yield
    except BaseException:
        shutil.rmtree(delivery.folder, ignore_errors=True)
        raise


def _store(path: Path, target: Path, *, move: bool) -> None:
    if move:
        try:
            path.rename(target)
        except OSError:  # another disk
            pass
        else:
            target.chmod(0o600)
            return
    with path.open("rb") as source, open(target, "xb", opener=_private) as copy:
        shutil.copyfileobj(source, copy, 1 << 20)
    if move:
        path.unlink()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
