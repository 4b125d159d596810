"""Help a person who mistyped a name."""

from collections.abc import Iterable
from difflib import get_close_matches

from geodata.i18n import number, say


def suggest(given: str, known: Iterable[str]) -> str:
    """Say which known name was probably meant, or list them when none is near.

    Examples
    --------
    >>> suggest("itali", ["italy", "slovenia"])
    'did you mean italy?'
    >>> suggest("xx", ["italy", "slovenia"])
    'known: italy, slovenia'
    """
    names = sorted(known)
    near = get_close_matches(given, names, n=1)
    if near:
        return say("did you mean {name}?", name=near[0])
    if len(names) > 12:
        return say("known: {names} and {count} more", names=", ".join(names[:12]), count=number(len(names) - 12))
    return say("known: {names}", names=", ".join(names) or say("none"))
