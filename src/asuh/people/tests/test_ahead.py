"""What is made ahead comes in order, no further ahead than allowed, and nothing goes on after the end."""

import threading

import pytest

from asuh.people.actions.ahead import ahead


def _threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "ahead"]


def test_everything_comes_in_order():
    assert list(ahead(range(100), 3)) == list(range(100))
    assert list(ahead([], 1)) == []
    assert list(ahead([None, None], 1)) == [None, None]


def test_no_more_is_made_than_may_wait():
    made = []
    third = threading.Event()

    def items():
        for number in range(50):
            made.append(number)
            if number == 3:
                third.set()
            yield number

    coming = ahead(items(), 2)
    assert next(coming) == 0
    assert third.wait(10)  # one is taken, two wait, one is being handed over
    assert made == [0, 1, 2, 3]
    coming.close()


@pytest.mark.parametrize("error", [ValueError("bad row"), KeyError("x")])
def test_an_error_comes_after_what_was_made_before(error):
    def items():
        yield 1
        yield 2
        raise error

    coming = ahead(items(), 5)
    assert [next(coming), next(coming)] == [1, 2]
    with pytest.raises(type(error)) as raised:
        next(coming)
    assert raised.value is error


def test_a_panic_in_a_library_does_not_end_the_process():
    class Panic(BaseException):
        pass

    def items():
        yield 1
        raise Panic

    coming = ahead(items(), 1)
    assert next(coming) == 1
    with pytest.raises(RuntimeError) as raised:
        next(coming)
    assert isinstance(raised.value.__cause__, Panic)


def test_who_stops_early_ends_the_making():
    closed = threading.Event()

    def items():
        try:
            yield from range(1000)
        finally:
            closed.set()

    coming = ahead(items(), 1)
    assert next(coming) == 0
    coming.close()
    assert _threads() == []
    assert closed.is_set()
