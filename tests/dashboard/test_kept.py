"""Results that sessions share."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from dashboard.kept import Kept


def test_what_several_ask_for_at_once_is_computed_once():
    kept, together, calls = Kept[int](most=2), Barrier(4), []

    def work() -> int:
        calls.append(1)
        # Long enough for the others to come.
        Event().wait(0.2)
        return 7

    def ask(_: int) -> int:
        together.wait()
        return kept.get("same", work)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(4))) == [7] * 4
    assert len(calls) == 1


def test_a_failure_is_not_kept_and_the_next_begins_anew():
    kept = Kept[int](most=2)

    def failing() -> int:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kept.get("a", failing)
    assert kept.get("a", lambda: 1) == 1


def test_the_least_recently_asked_is_forgotten():
    kept = Kept[int](most=2)
    for key, value in (("a", 1), ("b", 2), ("a", 9), ("c", 3)):
        kept.get(key, lambda value=value: value)
    assert kept.get("a", lambda: 0) == 1 and kept.get("b", lambda: 0) == 0
