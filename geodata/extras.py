"""Packages that only some users need: when one is missing, a sentence says how to get it."""

from collections.abc import Iterator
from contextlib import contextmanager

from geodata.errors import InputError

DISTRIBUTION = "rural-needs-map"


@contextmanager
def extra(name: str, purpose: str) -> Iterator[None]:
    """Import packages of an extra of this distribution inside the block.

    Parameters
    ----------
    name
        The extra, as in `pip install "rural-needs-map[NAME]"`.
    purpose
        What the packages are for; begins the sentence.

    Raises
    ------
    InputError
        A package is not installed.

    Examples
    --------
    >>> with extra("pdf", "A briefing"):
    ...     import no_such_package
    Traceback (most recent call last):
    geodata.errors.InputError: A briefing needs the package no_such_package; run: pip install "rural-needs-map[pdf]"
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise InputError(
            f'{purpose} needs the package {error.name}; run: pip install "{DISTRIBUTION}[{name}]"'
        ) from error
