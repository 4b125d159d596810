"""`port`: whether the dashboard can use a port."""

import socket
from typing import Annotated

import typer

from geodata.errors import InputError

Port = Annotated[int, typer.Argument(help="Port that the dashboard will use.", min=1, max=65535)]


def port(number: Port) -> None:
    """Check that a port is free, so that a port in use is said in one sentence."""
    check(number, another=f"make run PORT={number + 1}")


def check(number: int, *, another: str) -> None:
    """Check that a port is free.

    Raises
    ------
    InputError
        It is in use; `another` is the command that uses another.
    """
    with socket.socket() as probe:
        # As the server will: an address that only waits to be released counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", number))
        except OSError:
            raise InputError(
                f"Port {number} is in use; stop the program that uses it or choose another: {another}."
            ) from None
