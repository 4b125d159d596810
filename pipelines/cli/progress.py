"""What every command says while it works, on stderr: one bar, one way to be interrupted."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)

screen = Console(stderr=True)


def write(sentence: object) -> None:
    """Print a sentence to stderr as it is."""
    screen.print(str(sentence), markup=False, soft_wrap=True)


class Bar:
    """A task on the screen.

    `step` shows what is done next, `count` how much is done of how much.
    """

    def __init__(self, bar: Progress, title: str, total: int | None) -> None:
        self._bar = bar
        self._task = bar.add_task(title, total=total)

    def step(self, title: str) -> None:
        """Begin the next step."""
        self._bar.update(self._task, advance=1, description=title)

    def count(self, done: int, total: int | None) -> None:
        """Say how much is done."""
        self._bar.update(self._task, completed=done, total=total)

    def arrived(self, title: str, done: int, total: int | None) -> None:
        """Say how many bytes of a file have arrived."""
        self._bar.update(self._task, description=title, completed=done, total=total)

    def done(self, title: str) -> None:
        """End with a full bar."""
        total = self._bar.tasks[self._task].total
        self._bar.update(self._task, completed=total or 0, description=title)


@contextmanager
def progress(
    title: str,
    *,
    total: int | None = None,
    of_bytes: bool = False,
    keep: bool = False,
    interrupted: str = "Interrupted; nothing was written.",
) -> Iterator[Bar]:
    """Show a bar while the block runs; Ctrl-C ends the command with one sentence and exit code 130.

    Parameters
    ----------
    title
        What is done.
    total
        Steps; None while they are not known.
    of_bytes
        Whether bytes are counted, with their speed.
    keep
        Whether the bar stays when all is done.
    interrupted
        What is said on Ctrl-C.
    """
    columns: list[ProgressColumn] = [SpinnerColumn(), TextColumn("{task.description}"), BarColumn()]
    columns += [DownloadColumn(), TransferSpeedColumn()] if of_bytes else [TimeElapsedColumn()]
    try:
        with Progress(*columns, console=screen, transient=not keep) as bar:
            yield Bar(bar, title, total)
    except KeyboardInterrupt:
        write(interrupted)
        raise typer.Exit(130) from None
