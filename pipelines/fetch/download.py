"""One file from one address: resumed, tried again with patience, limited in size, checked to be data.

`requests` follows the redirects and keeps the connection; trying again is done here, since a download that breaks off
half-way must go on from where it was, which a retry of requests alone does not do.
"""

import datetime
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import Self

import requests
import urllib3

import geodata
from geodata import files
from geodata.errors import InputError
from pipelines.fetch.cache import Cache, Entry, Partial, Version

AGENT = f"rural-needs-map/{geodata.__version__}"
REDIRECTS = 5
CHUNK = 1 << 16
HEAD = 1024
BUSY = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
}
WEB_PAGE = re.compile(rb"(\xef\xbb\xbf)?\s*(<!--.*?-->\s*)?<(!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
# What is being done, bytes so far, bytes in all when they are known.
Report = Callable[[str, int, int | None], None]


@dataclass(frozen=True)
class Patience:
    """How long to wait for a publisher, in seconds, and how often to come back.

    Attributes
    ----------
    attempts
        In a row without a new byte, before giving up.
    first, longest
        The wait doubles from `first` to at most `longest`, and half of it is left to chance so that many who were
        turned away do not come back together. A publisher may ask for another wait, up to `longest`.
    silence
        Without an answer or a byte for so long, a connection counts as dropped.
    """

    attempts: int = 5
    first: float = 1
    longest: float = 120
    silence: float = 60

    def wait(self, failures: int) -> float:
        """Seconds to wait after so many failures in a row."""
        return min(self.longest, self.first * 2.0 ** (failures - 1)) * random.uniform(0.5, 1)


@dataclass(frozen=True)
class Request:
    """What to download: the address, who is said to have sent us, how large it may be (bytes), its sha256 if known."""

    source: str
    url: str
    limit: int
    sha256: str = ""


class _LaterError(Exception):
    """The publisher may give the file later; `wait` is the number of seconds that it asked for."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class Downloader:
    """Downloads into a cache, one after the other, over one connection for each host."""

    def __init__(self, cache: Cache, *, patience: Patience, report: Report) -> None:
        self._cache, self._patience, self._report = cache, patience, report
        self._session = requests.Session()
        self._session.max_redirects = REDIRECTS
        # Bytes as they are: sizes, ranges and checksums speak of the file itself.
        self._session.headers.update({"User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "identity"})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._session.close()

    def get(self, request: Request, *, known: Entry | None = None) -> Entry:
        """Download what an address gives into the cache.

        Parameters
        ----------
        request
            What to download.
        known
            What the address gave before; kept when the publisher says that it did not change.

        Raises
        ------
        InputError
            The address gives nothing, or something else than data, or too much, or not what the catalogue says; or
            the publisher does not answer after all.
        """
        partial = self._cache.partial(request.url)
        failures, furthest = 0, partial.size
        while True:
            try:
                return self._attempt(request, partial, known)
            except _LaterError as reason:
                # Who comes a step further each time is not failing.
                failures = 1 if partial.size > furthest else failures + 1
                furthest = max(furthest, partial.size)
                wait = self._patience.wait(failures) if reason.wait is None else reason.wait
                if failures >= self._patience.attempts or wait > self._patience.longest:
                    asked = "" if reason.wait is None else f" and asks to wait {reason.wait:.0f} seconds"
                    raise InputError(
                        f"Source {request.source}: {request.url} {reason}{asked}; fetch again later, what has arrived "
                        "is kept."
                    ) from reason
                self._report(f"{request.source}: {reason}, again in {wait:.0f} s", furthest, None)
                time.sleep(wait)

    def _attempt(self, request: Request, partial: Partial, known: Entry | None) -> Entry:
        headers = _conditions(partial, known)
        try:
            with self._session.get(
                request.url, headers=headers, stream=True, timeout=self._patience.silence
            ) as response:
                if response.status_code == HTTPStatus.NOT_MODIFIED and known:
                    return known
                _check_status(request, response, partial)
                return self._receive(request, response, partial)
        except requests.exceptions.SSLError as error:
            raise InputError(
                f"Source {request.source}: the certificate of {request.url} cannot be verified; check the address and "
                "the clock of this computer."
            ) from error
        except requests.TooManyRedirects as error:
            raise InputError(
                f"Source {request.source}: {request.url} leads on more than {REDIRECTS} times; correct the address in "
                "the catalogue."
            ) from error
        except (requests.exceptions.InvalidSchema, requests.exceptions.InvalidURL) as error:
            raise InputError(
                f"Source {request.source}: {request.url} leads to an address that is not http or https ({error}); "
                "correct the address in the catalogue."
            ) from error
        except (requests.Timeout, urllib3.exceptions.TimeoutError) as error:
            raise _LaterError("does not answer in time") from error
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise _LaterError("cannot be reached or dropped the connection") from error

    def _receive(self, request: Request, response: requests.Response, partial: Partial) -> Entry:
        content = response.headers
        # A file that is compressed itself stays so; any other is unpacked if the publisher compressed it unasked.
        encoded = content.get("Content-Encoding", "identity") != "identity"
        decode = encoded and not request.url.endswith((".gz", ".tgz"))
        if response.status_code == HTTPStatus.OK:
            partial.begin(Version() if decode else Version(content.get("ETag", ""), content.get("Last-Modified", "")))
        start = size = partial.path.stat().st_size if partial.path.is_file() else 0
        length = int(content["Content-Length"]) if content.get("Content-Length", "").isdigit() and not decode else None
        total = None if length is None else start + length
        if total is not None and total > request.limit:
            raise _too_large(request, partial, total)
        if "html" in content.get("Content-Type", "").lower():
            raise _web_page(request, partial)
        with partial.path.open("ab") as file:
            for chunk in response.raw.stream(CHUNK, decode_content=decode):
                size += len(chunk)
                if size > request.limit:
                    raise _too_large(request, partial, size)
                file.write(chunk)
                self._report(request.source, size, total)
        with partial.path.open("rb") as file:
            if WEB_PAGE.match(file.read(HEAD)):
                raise _web_page(request, partial)
        sha256 = files.file_digest(partial.path)
        if request.sha256 and sha256 != request.sha256:
            partial.drop()
            raise InputError(
                f"Source {request.source}: {request.url} gave a file with sha256 {sha256}, the catalogue says "
                f"{request.sha256}; fetch again, or check the new version and correct the catalogue."
            )
        self._cache.add(partial.path, sha256)
        today = datetime.datetime.now(datetime.UTC).date().isoformat()
        entry = Entry(request.url, sha256, size, partial.version, today)
        self._cache.record(entry)
        partial.drop()
        return entry


def _conditions(partial: Partial, known: Entry | None) -> dict[str, str]:
    """Headers that ask for the rest of a partial download, or for a version that is newer than the known one."""
    if partial.size:
        return {"Range": f"bytes={partial.size}-", "If-Range": partial.version.resumable}
    if known is None:
        return {}
    conditions = {"If-None-Match": known.version.etag, "If-Modified-Since": known.version.last_modified}
    return {name: value for name, value in conditions.items() if value}


def _check_status(request: Request, response: requests.Response, partial: Partial) -> None:
    status = response.status_code
    if status == HTTPStatus.OK:
        return
    if status == HTTPStatus.PARTIAL_CONTENT:
        if response.headers.get("Content-Range", "").startswith(f"bytes {partial.size}-"):
            return
        partial.drop()
        raise _LaterError("sent another part than it was asked for")
    if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        partial.drop()
        raise _LaterError("has no such part of the file")
    said = f"{status} {response.reason}".strip()
    if status in BUSY:
        raise _LaterError(f"answers {said}", _asked_to_wait(response))
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        raise InputError(
            f"Source {request.source}: there is nothing at {request.url} ({said}); look for the new address on the "
            "publisher's page and correct the catalogue."
        )
    raise InputError(
        f"Source {request.source}: {request.url} answers {said}, not with the file; open the address in a browser to "
        "see why."
    )


def _asked_to_wait(response: requests.Response) -> float | None:
    try:
        return urllib3.Retry().get_retry_after(response.raw)
    except urllib3.exceptions.InvalidHeader:
        return None


def _web_page(request: Request, partial: Partial) -> InputError:
    partial.drop()
    return InputError(
        f"Source {request.source}: {request.url} gave a web page (HTML) instead of data; open the address in a browser "
        "to see what it says, and correct it in the catalogue."
    )


def _too_large(request: Request, partial: Partial, size: int) -> InputError:
    partial.drop()
    return InputError(
        f"Source {request.source}: {request.url} has {size:,} bytes or more, and {request.limit:,} are left of the "
        "limit for a source; raise it with --limit if the file is right."
    )
