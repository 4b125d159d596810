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
