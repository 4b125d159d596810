"""Text from data, made harmless before it meets Markdown."""

import re

_ACTIVE = re.compile(r"([\\`*_{}\[\]()#+!|<>$~:&])")


def plain(text: object) -> str:
    r"""Escape what Markdown or HTML would act on, so that a text is shown as it is.

    Examples
    --------
    >>> plain("*a* <b>")
    '\\*a\\* \\<b\\>'
    """
    return _ACTIVE.sub(r"\\\1", str(text))


def inline(title: str) -> str:
    """Write a title inside a sentence; an abbreviation keeps its capitals.

    Examples
    --------
    >>> inline("Share aged 65 and over"), inline("SI projects")
    ('share aged 65 and over', 'SI projects')
    """
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]
