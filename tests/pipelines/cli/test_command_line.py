"""The command line: the same list as the screen, and every slip one sentence, exit code 2, nothing lost."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import typer

from geodata import store
from geodata.store import Territory
from pipelines.areas import ranking
from pipelines.areas.selection import Selection
from pipelines.build import run as building
from pipelines.cli import main as command_line
from pipelines.export import read_manifest
from pipelines.priority import composite, configuration
from pipelines.sources.bundled import snapshot

PROJECT = Path(building.__file__).parents[2]
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process; returns the exit code and all that was printed to stderr."""

    def call(*arguments: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["pipelines", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            command_line.main()
        printed = capsys.readouterr()
        assert printed.out == ""
        return int(ended.value.code or 0), printed.err

    return call


@pytest.fixture
def copy(tmp_path: Path, territory: Territory) -> Path:
    """Copy the project and the version in force of its built Italy, so that its files may be damaged."""
    for room in ("geodata", "pipelines"):
        shutil.copytree(PROJECT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    home = tmp_path / "data" / "italy"
    # Not the whole folder: a version of before may lie beside it, or the draft of another test run.
    shutil.copytree(territory.folder, home / territory.version)
    shutil.copy(territory.folder.parent / store.POINTER, home)
    return tmp_path


def start(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    """Start `python -m pipelines` in a copy of the project."""
    return subprocess.Popen(
        [sys.executable, "-m", "pipelines", *arguments],
        cwd=folder,
        env={key: value for key, value in os.environ.items() if key != store.ENVIRONMENT},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell that runs the tests in the background lets them ignore Ctrl-C, and what they start too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def ended(process: "subprocess.Popen[str]") -> tuple[str, str]:
    """Wait for a process, however busy the machine; what it printed to stdout and to stderr. It never stays behind."""
    try:
        return process.communicate(timeout=180)
    finally:
        process.kill()


def refused(outcome: tuple[int, str], *words: str) -> str:
    """Check that a command ended as bad input does: code 2, no traceback, one sentence with these words."""
    code, said = outcome
    assert code == 2, said
    assert "Traceback" not in said
    lines = [line for line in said.strip().splitlines() if line.startswith("Error: ")]
    assert len(lines) == 1 and lines[0] == said.strip().splitlines()[-1], said
    assert lines[0].endswith((".", "?"))
    for word in words:
        assert word in lines[0], lines[0]
    return lines[0]


@pytest.mark.usefixtures("data_root")
def test_rank_writes_the_list_that_the_screen_shows(run: Run, territory, tmp_path: Path):
    out = tmp_path / "shortlist.zip"
    code, said = run("rank", "italy", "--region", "ITF5", "--top", 20, "-o", out)
    assert code == 0 and "20 areas written" in said
    expected = ranking.top(territory, ranking.View(selection=Selection(region="ITF5")), count=20)
    manifest = read_manifest(out)
    assert manifest["areas"] == expected and len(expected) == 20
    assert manifest["command"] == (
        "python -m pipelines rank italy --region ITF5 --by gap --top 20 "
        "--config balanced --k 100 --draws 1000 --seed 1 -o shortlist.zip"
    )
    with zipfile.ZipFile(out) as archive:
        archive.extract("shortlist.geojson", tmp_path)
    assert gpd.read_file(tmp_path / "shortlist.geojson")["area_id"].tolist() == expected


@pytest.mark.usefixtures("data_root")
def test_rank_with_sensitivity_adds_what_moves_the_ranks(run: Run, tmp_path: Path):
    out = tmp_path / "shortlist.zip"
    code, _ = run("rank", "italy", "--top", 3, "--draws", 20, "--sensitivity", "-o", out)
    assert code == 0 and " --sensitivity " in read_manifest(out)["command"] + " "
    with zipfile.ZipFile(out) as archive:
        tables = {
            name: pd.read_csv(archive.open(f"{name}.csv")) for name in ("influence", "leave_one_out", "sensitivity")
        }
    terms = [term.indicator for _, _, term in configuration.load("balanced").terms()]
    assert sorted(tables["influence"]["indicator"]) == sorted(terms)
    assert tables["influence"].groupby("index")["weight"].sum().to_numpy() == pytest.approx(1, abs=1e-3)
    # Every indicator of the default weighting moves its index in the direction that it declares.
    assert tables["influence"]["influence"].between(0, 1).all()
    assert len(tables["leave_one_out"]) >= len(terms) - 1 and len(tables["sensitivity"]) > 1


@pytest.mark.usefixtures("data_root")
def test_rank_writes_a_briefing_where_the_file_is_named_so(run: Run, tmp_path: Path):
    out = tmp_path / "briefing.html"
    code, said = run("rank", "italy", "--region", "ITF5", "--top", 3, "--language", "de", "-o", out)
    assert code == 0 and "3 areas written" in said
    assert '<html lang="de">' in out.read_text(encoding="utf-8")
    refused(run("rank", "italy", "-o", tmp_path / "list.txt"), "list.txt ends in none of .zip, .pdf, .html")
    assert not (tmp_path / "list.txt").exists()
    refused(run("rank", "italy", "--language", "tlh", "-o", out), "no language 'tlh'", "en, de, fr, it, es")
    assert '<html lang="de">' in out.read_text(encoding="utf-8")


@pytest.mark.usefixtures("data_root")
def test_command_of_the_manifest_repeats_the_list_byte_for_byte(run: Run, tmp_path: Path):
    first = tmp_path / "shortlist.zip"
    run("rank", "italy", "--by", "share_80_plus", "--top", 3, "-o", first)
    before = first.read_bytes()
    *_, name = arguments = read_manifest(first)["command"].split()[3:]
    assert run(*arguments[:-1], tmp_path / name)[0] == 0
    assert first.read_bytes() == before


@pytest.mark.usefixtures("data_root")
def test_list_by_a_file_of_ones_own_is_repeated_from_its_package_alone(run: Run, italy, tmp_path: Path, monkeypatch):
    """The planner's file: health with age at weight 3, 60 replicates; the package has all that the command needs."""
    own = tmp_path / "mine.yaml"
    text = configuration.dump(configuration.load("health").weighted({("need", "Aged 80 and over"): 3.0}))
    own.write_text(text, encoding="utf-8")
    out = tmp_path / "shortlist.zip"
    options = ["--region", "ITF5", "--top", 25, "--draws", 60, "--k", 40, "--seed", 9]
    code, said = run("rank", "italy", "--config", own, *options, "-o", out)
    assert code == 0 and "25 areas written" in said
    scores = composite.score(italy, configuration.load(str(own)), regions=italy["nuts2"])
    gap = scores.frame["gap"][italy["nuts2"] == "ITF5"]
    manifest = read_manifest(out)
    assert manifest["areas"] == gap.nlargest(25).index.tolist()
    assert manifest["priority"]["configuration"] == text
    own.unlink()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    with zipfile.ZipFile(out) as archive:
        archive.extract("configuration.yaml")
    assert run(*manifest["command"].split()[3:])[0] == 0
    assert (elsewhere / "shortlist.zip").read_bytes() == out.read_bytes()


@pytest.mark.usefixtures("data_root")
@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("title: Mine\nneed:\n  Age: {share_65_plus: {sign: 2}}\n", ["mine.yaml, line 3", "sign"]),
        ("title: Mine\nneed:\n  Age: {weight: 0, share_65_plus: {sign: 1}}\n", ["line 2", "sum to zero"]),
        ("title: Mine\nneed:\n  Age: {share_66: {sign: 1}}\n", ["'share_66'", "share_65_plus"]),
        ("need: [", ["mine.yaml"]),
    ],
)
def test_mistake_in_a_file_of_ones_own_is_said(run: Run, tmp_path: Path, content: str, words: list[str]):
    (tmp_path / "mine.yaml").write_text(content, encoding="utf-8")
    refused(run("rank", "italy", "--config", tmp_path / "mine.yaml", "-o", tmp_path / "x.zip"), *words)
    assert not (tmp_path / "x.zip").exists()


@pytest.mark.usefixtures("data_root")
def test_export_writes_the_areas_that_were_chosen_in_their_order(run: Run, tmp_path: Path):
    out = tmp_path / "chosen.zip"
    assert run("export", "italy", "--areas", "058091, 001001,", "-o", out)[0] == 0
    assert read_manifest(out)["areas"] == ["058091", "001001"]


def test_data_option_goes_before_the_environment(run: Run, built_root: Path, tmp_path: Path, monkeypatch):
    monkeypatch.setenv(store.ENVIRONMENT, str(tmp_path / "nothing"))
    out = tmp_path / "list.zip"
    assert run("rank", "italy", "--top", 1, "--data", built_root, "-o", out)[0] == 0
    refused(run("rank", "italy", "-o", out), "'italy' has not been built", "python -m pipelines build italy")


@pytest.mark.usefixtures("data_root")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["build", "itly"], ["no territory 'itly'", "did you mean italy?"]),
        (["build", "../italy"], ["no territory '../italy'"]),
        (["ensure", "itly"], ["no territory 'itly'", "did you mean italy?"]),
        (["rank", "itly", "-o", "x.zip"], ["'itly' has not been built", "did you mean italy?"]),
        (["rank", "italy", "--region", "ITF55", "-o", "x.zip"], ["no region 'ITF55'", "did you mean ITF5"]),
        (["rank", "italy", "--region", "<script>", "-o", "x.zip"], ["no region '<script>'", "known: "]),
        (["rank", "italy", "--by", "gpa", "-o", "x.zip"], ["no indicator 'gpa'", "did you mean gap?"]),
        (["rank", "italy", "--by", "name", "-o", "x.zip"], ["no indicator 'name'"]),
        (
            ["rank", "italy", "--config", "helth", "-o", "x.zip"],
            ["no index configuration 'helth'", "did you mean health"],
        ),
        (["rank", "italy", "--config", "absent.yaml", "-o", "x.zip"], ["absent.yaml"]),
        (["rank", "italy", "--config", "access", "-o", "x.zip"], ["this territory does not have"]),
        (["export", "italy", "--areas", "058091,999999", "-o", "x.zip"], ["no area '999999' in Italy"]),
        (["export", "italy", "--areas", " , ", "-o", "x.zip"], ["shortlist is empty"]),
        (["export", "italy", "--areas", "058091,058091", "-o", "x.zip"], ["058091 is on the shortlist twice"]),
        (
            ["rank", "italy", "--top", "1", "-o", "absent/x.zip"],
            ["absent/x.zip cannot be written", "choose another file with -o"],
        ),
        (["rank", "italy", "--top", "1", "-o", "."], ["cannot be written"]),
    ],
    ids=lambda value: " ".join(value[:4]) if isinstance(value, list) else None,
)
def test_slip_is_one_sentence(run: Run, tmp_path: Path, monkeypatch, arguments: list[str], words: list[str]):
    monkeypatch.chdir(tmp_path)
    refused(run(*arguments), *words)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("data_root")
@pytest.mark.parametrize(
    "arguments",
    [
        ["rank", "italy"],
        ["rank", "italy", "--top", "0", "-o", "x"],
        ["rank", "italy", "--draws", "0", "-o", "x"],
        ["rank", "italy", "--k", "none", "-o", "x"],
        ["rnk"],
        ["port", "x"],
    ],
)
def test_wrong_use_of_a_command_is_explained_with_code_2(run: Run, arguments: list[str]):
    code, said = run(*arguments)
    assert code == 2 and "Usage:" in said and "Traceback" not in said


def test_the_read_me_names_every_command_of_a_planner():
    """The others are for make and for maintainers."""
    named = set(re.findall(r"python -m pipelines ([a-z]+)", (PROJECT / "README.md").read_text(encoding="utf-8")))
    assert named | {"ensure", "port", "snapshot"} == typer.main.get_command(command_line.app).commands.keys()


def test_data_folder_that_is_a_file(run: Run, tmp_path: Path):
    (tmp_path / "file").write_text("not a folder")
    refused(run("build", "italy", "--data", tmp_path / "file"), "cannot be written to")


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("", 0))
        server.listen()
        yield server.getsockname()[1]


def test_port_in_use_and_port_that_is_free(run: Run, taken: int):
    refused(run("port", taken), f"Port {taken} is in use", f"make run PORT={taken + 1}")
    with socket.socket() as probe:
        probe.bind(("", 0))
        free = probe.getsockname()[1]
    assert run("port", free) == (0, "")


def test_interruption_leaves_what_was_there_with_code_130(run: Run, tmp_path: Path, monkeypatch):
    """Ctrl-C while regions are outlined, after sources have been read and places made."""
    with store.new_version("italy", root=tmp_path) as (_, manifest):
        manifest["title"] = "before"
    before = sorted(os.listdir(tmp_path / "italy"))

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(building.regions, "outlines", interrupted)
    code, said = run("build", "italy", "--data", tmp_path)
    assert code == 130 and "Traceback" not in said
    assert sorted(os.listdir(tmp_path / "italy")) == before
    assert store.open_territory("italy", root=tmp_path).manifest["title"] == "before"


def test_signal_in_the_middle_of_a_real_build(copy: Path):
    """The process is sent SIGINT as soon as its draft is there; the version in force is that of before."""
    home = copy / "data" / "italy"
    before = sorted(os.listdir(home))
    process = start(copy, "build", "italy")
    deadline = time.monotonic() + 180
    while sorted(os.listdir(home)) == before and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, said = ended(process)
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert sorted(os.listdir(home)) == before
    store.open_territory("italy", root=copy / "data").verify()


def test_truncated_snapshot_and_recipe_with_a_missing_source_leave_the_territory(copy: Path):
    """Two builds at once, each from a project that is broken in its own way; Italy stays as it was built."""
    version = store.open_territory("italy", root=copy / "data").version
    recipe = copy / "geodata" / "territories" / "italy.yaml"
    whole = recipe.read_text(encoding="utf-8")
    (recipe.parent / "norecipe.yaml").write_text(
        whole.replace("id: italy", "id: norecipe").replace("geonames-places", "geonmes-places"), encoding="utf-8"
    )
    places = copy / "geodata" / "snapshot" / "places.parquet"
    places.write_bytes(places.read_bytes()[: places.stat().st_size // 2])
    builds = {name: start(copy, "build", name) for name in ("italy", "norecipe")}
    outcomes = {}
    for name, process in builds.items():
        printed, said = ended(process)
        assert printed == ""
        outcomes[name] = (process.returncode, said)
    refused(outcomes["italy"], "places.parquet is not the file SOURCES.csv describes", "git checkout")
    refused(outcomes["norecipe"], "layers > places > 1: is 'geonmes-places'", "did you mean geonames-places?")
    assert sorted(os.listdir(copy / "data")) == ["italy"]
    assert sorted(os.listdir(copy / "data" / "italy")) == sorted([store.POINTER, version])
    store.open_territory("italy", root=copy / "data").verify()


@pytest.mark.parametrize("damage", ["missing", "empty", "one byte"])
def test_broken_snapshot_file_of_each_kind(run: Run, tmp_path: Path, monkeypatch, damage: str):
    """A copy of the snapshot with one file broken takes the place of the bundled one."""
    folder = tmp_path / "snapshot"
    shutil.copytree(snapshot.DEFAULT, folder)
    path = folder / "services.csv"
    content = bytearray(path.read_bytes())
    if damage == "missing":
        path.unlink()
    elif damage == "empty":
        path.write_bytes(b"")
    else:
        content[1000] ^= 1
        path.write_bytes(content)
    verify = snapshot.verify
    monkeypatch.setattr(snapshot, "verify", lambda: verify(folder))
    refused(run("build", "italy", "--data", tmp_path / "data"), "services.csv is")
    assert store.built(tmp_path / "data") == []


def test_snapshot_without_its_list_of_sources(run: Run, tmp_path: Path, monkeypatch):
    verify = snapshot.verify
    monkeypatch.setattr(snapshot, "verify", lambda: verify(tmp_path))
    refused(run("build", "italy", "--data", tmp_path / "data"), "There is no snapshot in")


@pytest.mark.usefixtures("data_root")
def test_ensure_builds_only_what_is_missing_or_stale(run: Run, tmp_path: Path, monkeypatch):
    built = []
    monkeypatch.setattr(building, "build", lambda recipe, **_: built.append(recipe.id) or "version")
    monkeypatch.setattr(building, "is_stale", lambda *_, root: root is not None)
    assert run("ensure") == (0, "")
    assert built == []
    assert run("ensure", "italy", "--data", tmp_path)[0] == 0
    assert built == ["italy"]
