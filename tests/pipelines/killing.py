"""Processes that kill themselves in the midst of their work, as a power cut or an impatient administrator would."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

STEPS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.chmod", "socket.connect"}


def killed_at(last: int, work: Callable[[], Any], *, within: Path | None = None) -> tuple[int, int]:
    """Work in a process of its own that is killed before its `last` step on the disk or in the network; 0: never.

    Parameters
    ----------
    last
        Number of the step.
    work
        What to do.
    within
        Folder in which steps count; None for all, those in the network too.

    Returns
    -------
    tuple
        How the process ended, `-signal.SIGKILL` when it was killed, and the number of steps that it made.
    """
    fork = multiprocessing.get_context("fork")
    steps = fork.Value("i", 0)

    def run() -> None:
        sys.addaudithook(step)
        work()
        os._exit(0)

    def step(event: str, arguments: tuple[Any, ...]) -> None:
        if event in STEPS and (within is None or str(arguments[0]).startswith(str(within))):
            with steps.get_lock():
                steps.value += 1
            if steps.value == last:
                os.kill(os.getpid(), signal.SIGKILL)

    process = fork.Process(target=run)
    process.start()
    process.join(120)
    if process.is_alive():
        process.kill()
        raise AssertionError(f"The work is not done after 120 s, at step {steps.value}.")
    return int(process.exitcode or 0), steps.value
