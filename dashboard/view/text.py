"""Text from data, made harmless before it meets Markdown."""

import re
from collections.abc import Iterable
from typing import Any

import pandas as pd

from geodata.i18n import current, say

_ACTIVE = re.compile(r"([\\`*_{}\[\]()#+!|<>$~:&])")


def plain(text: object) -> str:
    r"""Escape what Markdown or HTML would act on, so that a text is shown as it is.

    Examples
    --------
    >>> plain("*a* <b>")
    '\\*a\\* \\<b\\>'
    """
    return _ACTIVE.sub(r"\\\1", str(text))


def refused(error: object) -> str:
    r"""Show an error, which is raised in the language in use, harmless; a command to run in it is shown as one.

    Examples
    --------
    >>> refused("Nothing; run `python -m pipelines build eu-lau`.")
    'Nothing; run `python -m pipelines build eu-lau`.'
    """
    # Words, options and paths alone, so that nothing in it could end the code early.
    return re.sub(r"\\`(python -m pipelines[\w ./=-]*)\\`", r"`\1`", plain(error))


def joined(parts: Iterable[Any], by: str = " · ") -> str:
    """Write facts one after the other; what is missing or empty is left out.

    Examples
    --------
    >>> joined(["Basilicata", None, float("nan"), "", "code 077014"])
    'Basilicata · code 077014'
    """
    return by.join(str(part) for part in parts if pd.notna(part) and part != "")


def inline(title: str) -> str:
    """Write a title inside a sentence; an abbreviation keeps its capitals, and German those of its nouns.

    Examples
    --------
    >>> inline("Share aged 65 and over"), inline("SI projects")
    ('share aged 65 and over', 'SI projects')
    """
    return title if title[1:2].isupper() or current() == "de" else title[:1].lower() + title[1:]


def themes(codes: str) -> str:
    """Write the themes of a project, stored with semicolons between them."""
    return ", ".join(map(say, filter(None, codes.split(";"))))
