"""An answer about sites is computed once for all sessions."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from types import SimpleNamespace
from typing import Any

import pytest

from dashboard.widgets.sites import answer
from pipelines.response.siting import Question

QUESTION = Question("hospital", sites=3)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[Question]:
    """Questions that are computed, each in long enough for others to come."""
    computed: list[Question] = []

    def compute(_: Any, question: Question, **__: Any) -> str:
        computed.append(question)
        Event().wait(0.2)
        return f"answer {len(computed)}"

    monkeypatch.setattr(answer.siting, "answer", compute)
    monkeypatch.setattr(answer, "travel_model", lambda *_: None)
    answer._shared_answer.clear()
    return computed


def ask(question: Question = QUESTION, *, weighting: str = "balanced") -> object:
    """Ask as a session does that looks at a territory under some weighting."""
    territory = SimpleNamespace(version="1")
    view = SimpleNamespace(key=f"1-{weighting}", content="1", territory=territory, analysis=None, table=None)
    return answer.answer(view, question, None)  # type: ignore[arg-type]


def test_what_several_sessions_ask_at_once_is_computed_once(calls: list[Question]) -> None:
    together = Barrier(4)

    def session(_: int) -> object:
        together.wait()
        return ask()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(session, range(4))) == ["answer 1"] * 4
    assert calls == [QUESTION]


def test_a_failure_is_not_kept_and_the_next_session_begins_anew(
    calls: list[Question], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(answer.siting, "answer", interrupted)
        ask()
    assert ask() == "answer 1" and calls == [QUESTION]


def test_another_weighting_is_another_question_only_where_the_need_counts(calls: list[Question]) -> None:
    ask(), ask(weighting="health")
    assert len(calls) == 1
    need = Question("hospital", sites=3, demand="need")
    ask(need), ask(need, weighting="health")
    assert len(calls) == 3
