"""Read the project's YAML files with errors that name the file and the line."""

from pathlib import Path
from typing import Any

import yaml

from geodata.errors import InputError
from geodata.i18n import say


def read_mapping(path: Path, content: bytes | None = None) -> dict[str, Any]:
    """Read a YAML file whose top level is a mapping; `content`, if given, stands for what is at the path.

    Raises
    ------
    InputError
        The file is not there, is not valid YAML (the line is named), or its top level is not a mapping.
    """
    try:
        given = yaml.safe_load((path.read_bytes() if content is None else content).decode())
    except FileNotFoundError:
        raise InputError(f"{path.name} was not found in {path.parent}; restore the file.") from None
    except UnicodeDecodeError:
        raise InputError(
            say("{file} is not valid YAML, as it is not text in UTF-8; save it as such.", file=path.name)
        ) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "somewhere"
        raise InputError(
            say("{file} is not valid YAML at {where}; correct that line.", file=path.name, where=where)
        ) from error
    if not isinstance(given, dict):
        raise InputError(
            say(
                "{file} holds {kind}, expected keys with values; correct it.", file=path.name, kind=type(given).__name__
            )
        )
    return given
