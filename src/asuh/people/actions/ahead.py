"""Making the next thing while the last one is being used."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterable
from typing import TypeVar

T = TypeVar("T")


class _Nothing:
    """Everything was made."""


def ahead(items: Iterable[T], at_most: int) -> Generator[T, None, None]:
    """`items`, made by a thread of its own, up to `at_most` of them before they are asked for.

    What goes wrong in making them is raised here, after what was made before; a panic inside a library, as
    RuntimeError. Who stops asking early closes the generator, and the thread ends with it.
    """
    made: queue.Queue[tuple[T | _Nothing, BaseException | None]] = queue.Queue(maxsize=at_most)
    stop = threading.Event()

    def put(item: T | _Nothing, error: BaseException | None = None) -> None:
        while not stop.is_set():
            try:
                made.put((item, error), timeout=0.5)
                break
            except queue.Full:
                continue

    def make() -> None:
        try:
            for item in items:
                put(item)
                if stop.is_set():
                    return
            put(_Nothing())
        except BaseException as error:
            put(_Nothing(), error)

    maker = threading.Thread(target=make, name="ahead", daemon=True)
    maker.start()
    try:
        while True:
            item, error = made.get()
            if isinstance(error, Exception):
                raise error
            if error is not None:
                raise RuntimeError("the next one could not be made") from error
            if isinstance(item, _Nothing):
                return
            yield item
    finally:
        stop.set()
        while maker.is_alive():
            try:
                made.get_nowait()
            except queue.Empty:
                maker.join(timeout=0.1)
