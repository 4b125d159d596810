"""One file from a publisher who is slow, broken, busy, moved, or as he should be."""

import gzip
import hashlib
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import geodata
from geodata.errors import InputError
from pipelines.fetch import download
from pipelines.fetch.cache import Cache
from pipelines.fetch.download import Downloader, Patience, Request
from tests.pipelines.publisher import Answer, Publisher, publishing

# Lines that differ, so that no part can stand in for another.
DATA = b"".join(b"%07d\n" % number for number in range(40_000))
HALF = len(DATA) // 2
PAGE = b"<!DOCTYPE html><html><body>Please sign in.</body></html>"
Get = Callable[..., bytes]


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with publishing() as running:
        yield running


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits between attempts, written down instead of waited."""
    waits: list[float] = []
    monkeypatch.setattr(download.time, "sleep", waits.append)
    return waits


@pytest.fixture
def get(cache: Cache) -> Get:
    """Download one address; returns the content that the cache then has."""

    def call(url: str, *, silence: float = 5, limit: int = 10**6, sha256: str = "", known: bool = False) -> bytes:
        patience = Patience(attempts=4, first=1, longest=30, silence=silence)
        with Downloader(cache, patience=patience, report=lambda *_: None) as downloader:
            entry = downloader.get(Request("lau", url, limit, sha256), known=cache.entry(url) if known else None)
        assert cache.entry(url) == entry
        assert not cache.partial(url).path.exists()
        return cache.path(entry.sha256).read_bytes()

    return call


def refusal(get: Get, cache: Cache, url: str, **options: int | str) -> str:
    with pytest.raises(InputError) as caught:
        get(url, **options)
    said = str(caught.value)
    assert said.startswith("Source lau: ") and said.endswith(".") and "\n" not in said
    assert cache.entry(url) is None
    return said


def test_a_file_is_kept_under_its_sha256_and_cannot_be_written_to(publisher: Publisher, cache: Cache, get: Get):
    url = publisher.publish("lau.csv", DATA)
    assert get(url) == DATA
    entry = cache.entry(url)
    assert entry.sha256 == hashlib.sha256(DATA).hexdigest()
    assert entry.size == len(DATA)
    assert entry.version.etag
    assert not cache.path(entry.sha256).stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)


def test_the_publisher_is_told_who_asks_and_gives_the_file_as_it_is(publisher: Publisher, get: Get):
    get(publisher.publish("lau.csv", DATA))
    ((_, headers),) = publisher.asked
    assert headers["User-Agent"] == f"rural-needs-map/{geodata.__version__}"
    assert headers["Accept-Encoding"] == "identity"


def test_a_file_of_no_bytes_or_without_length_or_name_of_version(publisher: Publisher, get: Get):
    assert get(publisher.publish("empty.csv", b"")) == b""
    assert get(publisher.publish("chunks.csv", DATA, always=Answer(length=False, etag=""))) == DATA


# Dropped connections


@pytest.mark.parametrize("length", [True, False])
def test_a_dropped_download_goes_on_from_where_it_was(publisher: Publisher, get: Get, length: bool):
    assert get(publisher.publish("lau.csv", DATA, Answer(drop=HALF, length=length))) == DATA
    (_, first), (_, second) = publisher.asked
    assert "Range" not in first
    begun = int(second["Range"].removeprefix("bytes=").removesuffix("-"))
    assert HALF - download.CHUNK <= begun <= HALF


def test_a_later_fetch_goes_on_from_what_an_earlier_one_left(publisher: Publisher, cache: Cache, get: Get):
    url = publisher.publish("lau.csv", DATA, Answer(drop=HALF), *[Answer(503)] * 3)
    assert "answers 503 Service Unavailable" in refusal(get, cache, url)
    asked = len(publisher.asked)
    assert get(url) == DATA
    assert len(publisher.asked) == asked + 1
    assert publisher.asked[-1][1]["Range"]


def test_who_comes_a_step_further_each_time_is_not_given_up(publisher: Publisher, get: Get, slept: list[float]):
    """Ten pieces, with four attempts that may fail in a row."""
    assert get(publisher.publish("lau.csv", DATA, always=Answer(drop=len(DATA) // 10 + 1))) == DATA
    assert len(slept) >= 9
    assert max(slept) <= 1


@pytest.mark.parametrize("broken", [Answer(drop=HALF, ranges=False), Answer(drop=HALF, etag="weak")])
def test_parts_that_may_not_fit_are_never_joined(publisher: Publisher, get: Get, broken: Answer):
    assert get(publisher.publish("lau.csv", DATA, broken, broken, always=replace(broken, drop=None))) == DATA


def test_a_file_that_changed_on_the_way_is_had_whole(publisher: Publisher, get: Get):
    newer = DATA[::-1]
    assert get(publisher.publish("lau.csv", newer, Answer(drop=HALF, body=DATA))) == newer


def test_a_part_that_was_not_asked_for_is_thrown_away(publisher: Publisher, get: Get):
    assert get(publisher.publish("lau.csv", DATA, Answer(drop=HALF), Answer(start=5))) == DATA
    assert get(publisher.publish("nuts.csv", DATA, Answer(start=5))) == DATA


def test_a_range_that_does_not_exist_any_more_starts_over(publisher: Publisher, get: Get):
    assert get(publisher.publish("lau.csv", DATA, Answer(drop=HALF), Answer(416))) == DATA
    assert "Range" not in publisher.asked[-1][1]


def test_a_publisher_who_always_breaks_off_is_given_up(
    publisher: Publisher, cache: Cache, get: Get, slept: list[float]
):
    url = publisher.publish("lau.csv", DATA, always=Answer(drop=HALF, ranges=False))
    assert f"{url} cannot be reached or dropped the connection; fetch again later" in refusal(get, cache, url)
    assert len(slept) == 3


def test_silence_counts_as_dropped(publisher: Publisher, get: Get):
    assert get(publisher.publish("lau.csv", DATA, Answer(stall=1)), silence=0.2) == DATA
    assert len(publisher.asked) == 2


def test_slow_is_not_silent(publisher: Publisher, get: Get):
    assert get(publisher.publish("lau.csv", DATA, always=Answer(stall=0.02)), silence=0.5) == DATA
    assert len(publisher.asked) == 1


def test_nobody_listens(cache: Cache, get: Get, slept: list[float]):
    with publishing() as gone:
        url = f"{gone.url}/lau.csv"
    assert "cannot be reached" in refusal(get, cache, url)
    assert len(slept) == 3


# Busy publishers


def test_a_busy_publisher_is_asked_again_after_longer_and_longer_waits(
    publisher: Publisher, get: Get, slept: list[float]
):
    assert get(publisher.publish("lau.csv", DATA, Answer(503), Answer(502), Answer(500))) == DATA
    for wait, longest in zip(slept, (1, 2, 4), strict=True):
        assert longest / 2 <= wait <= longest


def test_the_wait_that_a_publisher_asks_for_is_kept(publisher: Publisher, get: Get, slept: list[float]):
    busy = Answer(429, headers={"Retry-After": "17"})
    assert get(publisher.publish("lau.csv", DATA, busy, Answer(503, headers={"Retry-After": "soon"}))) == DATA
    assert slept[0] == 17
    assert 1 <= slept[1] <= 2


def test_a_publisher_who_asks_for_a_long_wait_is_left_in_peace(
    publisher: Publisher, cache: Cache, get: Get, slept: list[float]
):
    url = publisher.publish("lau.csv", DATA, Answer(429, headers={"Retry-After": "3600"}))
    said = refusal(get, cache, url)
    assert "answers 429 Too Many Requests and asks to wait 3600 seconds; fetch again later" in said
    assert not slept


def test_waits_grow_up_to_the_longest():
    patience = Patience(first=2, longest=20)
    for failures, most in enumerate((2, 4, 8, 16, 20, 20), start=1):
        waits = {patience.wait(failures) for _ in range(50)}
        assert most / 2 <= min(waits) < max(waits) <= most


# What is refused


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(404), "there is nothing at {url} (404 Not Found); look for the new address"),
        (Answer(410), "there is nothing at {url} (410 Gone)"),
        (Answer(403), "{url} answers 403 Forbidden, not with the file"),
        (Answer(204), "{url} answers 204 No Content, not with the file"),
        (Answer(headers={"Content-Type": "text/html; charset=utf-8"}), "{url} gave a web page (HTML) instead of data"),
        (Answer(body=PAGE), "{url} gave a web page (HTML) instead of data"),
        (Answer(body=b"\xef\xbb\xbf\n<HTML lang=sl>"), "{url} gave a web page (HTML) instead of data"),
        (Answer(302, headers={"Location": "/lau.csv"}), "{url} leads on more than 5 times"),
        (Answer(302, headers={"Location": "ftp://127.0.0.1/lau.csv"}), "an address that is not http or https"),
        (Answer(302, headers={"Location": "file:///etc/hostname"}), "an address that is not http or https"),
    ],
)
def test_what_is_no_data(publisher: Publisher, cache: Cache, get: Get, slept: list[float], answer: Answer, said: str):
    url = publisher.publish("lau.csv", DATA, always=answer)
    assert said.format(url=url) in refusal(get, cache, url)
    assert not slept
    assert not cache.partial(url).path.exists()


@pytest.mark.parametrize("length", [True, False])
def test_a_file_beyond_the_limit_is_not_kept(publisher: Publisher, cache: Cache, get: Get, length: bool):
    url = publisher.publish("lau.csv", DATA, always=Answer(length=length))
    said = refusal(get, cache, url, limit=len(DATA) - 1)
    assert f"and {len(DATA) - 1:,} are left of the limit for a source; raise it with --limit" in said
    assert not cache.partial(url).path.exists()
    assert get(url, limit=len(DATA)) == DATA


def test_the_checksum_of_the_catalogue_decides(publisher: Publisher, cache: Cache, get: Get):
    url = publisher.publish("lau.csv", DATA, Answer(body=DATA[:-1]))
    right = hashlib.sha256(DATA).hexdigest()
    assert f"the catalogue says {right}" in refusal(get, cache, url, sha256=right)
    assert get(url, sha256=right) == DATA


# Moved, compressed, newer


def test_a_redirect_is_followed(publisher: Publisher, get: Get):
    publisher.publish("2024/lau.csv", DATA)
    url = publisher.publish("lau.csv", b"", always=Answer(301, headers={"Location": "/2024/lau.csv"}))
    assert get(url) == DATA


def test_compression_on_the_way_is_undone_and_that_of_the_file_is_not(publisher: Publisher, get: Get):
    packed = gzip.compress(DATA)
    answer = Answer(headers={"Content-Encoding": "gzip"})
    assert get(publisher.publish("lau.csv", packed, replace(answer, drop=1000), always=answer)) == DATA
    assert get(publisher.publish("lau.csv.gz", packed, always=answer)) == packed


@pytest.mark.parametrize("newer", [DATA, DATA[::-1]])
def test_what_did_not_change_is_not_sent_again(publisher: Publisher, cache: Cache, get: Get, newer: bytes):
    url = publisher.publish("lau.csv", DATA)
    get(url)
    publisher.publish("lau.csv", newer)
    before = cache.entry(url)
    assert get(url, known=True) == newer
    assert publisher.asked[-1][1]["If-None-Match"] == before.version.etag
    assert (cache.entry(url) == before) == (newer == DATA)
