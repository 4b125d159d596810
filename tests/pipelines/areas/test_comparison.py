"""Two lists compared: by hand, on files as ministries write them, and what must hold for any two lists."""

import io
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from geodata import store
from geodata.errors import InputError
from geodata.store import Territory
from pipelines.areas import ranking, shortlist
from pipelines.areas.comparison import compare
from pipelines.areas.lists import AreaList, parse, ranked, read
from pipelines.cli.main import main
from pipelines.export import comparison, package
from pipelines.priority import configuration
from pipelines.priority.analysis import Analysis
from pipelines.priority.composite import dictionary
from pipelines.priority.ranking import order


def listed(*codes: str, title: str = "A", people: dict[str, float] | None = None, **options: object) -> AreaList:
    """A list in the order given."""
    index = pd.Index(codes, name="area_id")
    table = pd.DataFrame(
        {
            "rank": np.arange(1.0, len(codes) + 1),
            "name": [f"Town {code}" for code in codes],
            "population": [(people or {}).get(code, np.nan) for code in codes],
        },
        index=index,
    )
    return AreaList(**({"title": title, "table": table, "territory": "italy"} | options))


def points(**areas: dict[str, float]) -> pd.DataFrame:
    return pd.DataFrame(areas).T.rename_axis("area_id")


PEOPLE = {"a": 100, "b": 200, "c": 300, "d": 400, "e": 1000}


# By hand: a b c d against c a e; c was third and is first, a was first and is second.


def test_areas_in_both_only_here_and_only_there() -> None:
    found = compare(listed(*"abcd", people=PEOPLE), listed(*"cae", title="B", people=PEOPLE))
    assert found.both.reset_index().to_numpy().tolist() == [["c", "Town c", 3, 1, 2], ["a", "Town a", 1, 2, -1]]
    assert found.only_first["rank"].to_dict() == {"b": 2, "d": 4}
    assert found.only_second["rank"].to_dict() == {"e": 3}
    assert found.overlap == 2 / 5
    assert found.people_overlap == 400 / 2000
    assert np.isnan(found.spearman), "two areas have no order to agree on"


def test_the_sentences_tell_it() -> None:
    found = compare(listed(*"abcd", people=PEOPLE), listed(*"cae", title="B", people=PEOPLE))
    assert found.sentences() == [
        "A has 4 areas, B 3 areas: 2 on both, 2 only on the first, 1 only on the second.",
        "They share 40% of the areas on either list; weighed by people 20%.",
        "The order cannot be compared: that takes 3 ranked areas on both lists, not all at one rank.",
        "Town c (c) is 2 places higher on the second list: 3 of 4, then 1 of 3.",
        "Town a (a) is 1 place lower on the second list: 1 of 4, then 2 of 3.",
        "Why areas moved cannot be told: A does not say what each indicator adds to the gap.",
    ]


def test_the_table_has_every_area_once() -> None:
    found = compare(listed(*"abcd"), listed(*"cae", title="B")).table()
    assert found["area_id"].tolist() == ["c", "a", "b", "d", "e"]
    assert found["on"].tolist() == ["both", "both", "first", "first", "second"]
    np.testing.assert_array_equal(found["first_rank"], [3, 1, 2, 4, np.nan])
    np.testing.assert_array_equal(found["second_rank"], [1, 2, np.nan, np.nan, 3])
    np.testing.assert_array_equal(found["shift"], [2, -1, np.nan, np.nan, np.nan])


def test_spearman_by_its_formula() -> None:
    """Ranks 1 2 3 4 against 2 1 4 3: 1 - 6 x 4 / (4 x 15) = 0.6; areas of one list alone do not count."""
    found = compare(listed(*"abcdx"), listed(*"badc", title="B"))
    assert found.spearman == pytest.approx(0.6)
    assert "Spearman's correlation is 0.60" in " ".join(found.sentences())


def test_people_are_not_guessed() -> None:
    found = compare(listed("a", "b", people={"a": 1}), listed("a", title="B", people={"a": 1}))
    assert np.isnan(found.people_overlap)
    assert "the people of some areas are not known" in found.sentences()[1]


def test_people_of_two_years_count_with_their_mean() -> None:
    found = compare(listed("a", "b", people={"a": 100, "b": 100}), listed("a", title="B", people={"a": 300}))
    assert found.people_overlap == 200 / 300


def test_the_territory_at_hand_gives_names_and_people() -> None:
    areas = pd.DataFrame({"name": ["Uno", "Due"], "population": [10.0, 30.0]}, index=["001", "002"])
    found = compare(parse(b"001\n002", title="A"), parse(b"002", title="B"), areas=areas)
    assert found.both["name"].tolist() == ["Due"] and found.only_first["name"].tolist() == ["Uno"]
    assert found.people_overlap == 0.75


# Why


def test_why_is_the_difference_of_points_against_the_others() -> None:
    """c gains 5 points by its minutes, 2 by change and loses 1 by its age; a gains 1 by its minutes: the mean is 3."""
    first = listed("a", "c", points=points(a={"minutes_hospital": 1, "age": 4}, c={"minutes_hospital": 2, "age": 3}))
    second = listed(
        *"ca",
        title="B",
        points=points(
            c={"minutes_hospital": 7, "age": 2, "change": 2}, a={"minutes_hospital": 2, "age": 4, "change": 0}
        ),
    )
    found = compare(first, second)
    why = found.why[found.why["area_id"] == "c"].drop(columns="area_id")
    assert why.to_numpy().tolist() == [
        ["minutes_hospital", 2, 7, 5, 2],
        ["change", 0, 2, 2, 1],
        ["age", 3, 2, -1, -0.5],
    ]
    assert found.unexplained == ""
    hospital = dictionary()["minutes_hospital"].title
    lead = "in its gap, against the mean of the areas on both,"
    assert found.sentences()[-2:] == [
        "Town a (a) is 1 place lower on the second list: 1 of 2, then 2 of 2; "
        f"{lead} {hospital} -2.0 points, change -1.0 points.",
        "Town c (c) is 1 place higher on the second list: 2 of 2, then 1 of 2; "
        f"{lead} {hospital} +2.0 points, change +1.0 points.",
    ]


def test_what_all_areas_gain_moves_none() -> None:
    first = listed("a", "b", points=points(a={"age": 1}, b={"age": 2}))
    second = listed("b", "a", title="B", points=points(a={"age": 11}, b={"age": 12}))
    found = compare(first, second)
    assert (found.why["difference"] == 10).all() and (found.why["relative"] == 0).all()
    assert found.sentences()[-1].endswith("2 of 2, then 1 of 2.")


def test_why_cannot_be_known_when_one_list_is_silent() -> None:
    first = listed("a", "b", points=points(a={"age": 1}, b={"age": 2}))
    found = compare(first, listed("b", "a", title="official.csv"))
    assert found.why.empty and "official.csv does not say" in found.unexplained
    assert found.sentences()[-1] == found.unexplained


def test_two_equal_lists_need_no_reasons() -> None:
    assert not any("Why" in said for said in compare(listed("a", "b"), listed("a", "b")).sentences())


# What must hold for any two lists


codes = st.lists(st.sampled_from([f"{i:03d}" for i in range(1, 30)]), unique=True, min_size=1, max_size=15)
people = st.fixed_dictionaries({f"{i:03d}": st.integers(1, 10**6).map(float) for i in range(1, 30)})


@given(codes, people)
def test_a_list_has_no_differences_from_itself(chosen: list[str], count: dict[str, float]) -> None:
    one = listed(*chosen, people=count)
    found = compare(one, one)
    assert (found.overlap, found.people_overlap) == (1, 1)
    assert (found.both["shift"] == 0).all() and len(found.both) == len(chosen)
    assert found.only_first.empty and found.only_second.empty
    assert found.spearman == pytest.approx(1) if len(chosen) > 2 else np.isnan(found.spearman)


@given(codes, codes, people)
def test_comparing_back_is_the_mirror_image(one: list[str], two: list[str], count: dict[str, float]) -> None:
    first, second = listed(*one, people=count), listed(*two, title="B", people=count)
    there, back = compare(first, second), compare(second, first)
    assert there.overlap == back.overlap
    assert there.people_overlap == pytest.approx(back.people_overlap)
    np.testing.assert_allclose(there.spearman, back.spearman)
    pd.testing.assert_frame_equal(there.only_first, back.only_second)
    pd.testing.assert_frame_equal(there.only_second, back.only_first)
    assert there.both.index.tolist() == back.both.index.tolist()
    np.testing.assert_array_equal(there.both["shift"], -back.both["shift"])


@given(codes, codes, people)
def test_against_sets_and_scipy(one: list[str], two: list[str], count: dict[str, float]) -> None:
    found = compare(listed(*one, people=count), listed(*two, title="B", people=count))
    common = set(one) & set(two)
    assert set(found.both.index) == common
    assert found.overlap == len(common) / len(set(one) | set(two))
    assert found.people_overlap == pytest.approx(
        sum(count[code] for code in common) / sum(count[code] for code in set(one) | set(two))
    )
    if len(common) > 2:
        expected = spearmanr([one.index(code) for code in common], [two.index(code) for code in common]).statistic
        assert found.spearman == pytest.approx(expected)


@given(codes, codes)
def test_lost_leading_zeros_change_nothing(one: list[str], two: list[str]) -> None:
    """A spreadsheet program wrote 1 for 001 in the second list."""
    first = listed(*one)
    whole = parse("\n".join(two).encode(), title="B")
    lost = parse("\n".join(code.lstrip("0") for code in two).encode(), title="B")
    areas = pd.DataFrame({"name": "x", "population": 1.0}, index=[f"{i:03d}" for i in range(1, 30)])
    expected, found = compare(first, whole, areas=areas), compare(first, lost, areas=areas)
    pd.testing.assert_frame_equal(found.table(), expected.table())
    assert expected.mended == (0, 0)
    assert found.mended == (0, len(two))
    assert any("had lost leading zeros" in said for said in found.sentences())


# Files


@pytest.mark.parametrize(
    "content",
    [
        "area_id,name,rank\n058091,Roma,1\nITC4C,Milano,2\n",
        "\ufeffCode;Name;Rank\r\n058091;Roma;1\r\nITC4C;Milano;2\r\n",
        "rank;code\n1;058091\n\n2;ITC4C",
        'order,area_id\n1,"058091"\n2, ITC4C \n',
        "LAU or NUTS code,rank\n058091,1\nITC4C,2",
    ],
)
def test_csv_with_ranks_in_every_manner(content: str) -> None:
    found = parse(content.encode(), title="official.csv")
    assert found.table["rank"].to_dict() == {"058091": 1, "ITC4C": 2}
    assert found.territory == "" and found.points is None


@pytest.mark.parametrize("content", ["058091\nITC4C", "codes\n058091\n\nITC4C\n", "058091;Roma\nITC4C;Milano"])
def test_csv_without_ranks(content: str) -> None:
    found = parse(content.encode(), title="official.csv")
    assert found.table.index.tolist() == ["058091", "ITC4C"] and found.table["rank"].isna().all()
    said = " ".join(compare(found, found).sentences())
    assert "The order cannot be compared, since official.csv has no ranks." in said


def test_csv_of_excel_on_windows_and_ranks_with_gaps_and_halves() -> None:
    content = "Città;code;rank\nForlì;040012;1,5\nRoma;058091;\n".encode("cp1252")
    table = parse(content, title="x").table
    assert table.index.tolist() == ["040012", "058091"]
    np.testing.assert_array_equal(table["rank"], [1.5, np.nan])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "official.csv is empty; give a table"),
        (b"code,rank\n", "official.csv has a header but no rows below it"),
        (b"a\0b", "official.csv is not text"),
        (b"code\n001\n002\n001\n", "Area 001 is in official.csv twice, the second time in line 4"),
        (b"code,rank\n001,1\n,2\n", "Line 3 of official.csv has no code"),
        (b"rank,code\n1\n", "Line 2 of official.csv has no code"),
        (b"code,rank\n001,first\n", "The rank in line 2 of official.csv is 'first', expected a number above 0"),
        (b"code,rank\n001,0\n", "is '0', expected a number above 0"),
        (b"code,rank\n001,inf\n", "is 'inf', expected a number above 0"),
        (b"PK\x03\x04 and no more", "official.csv: The file is not a complete shortlist package"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence(content: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        parse(content, title="official.csv")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no\.csv cannot be read"):
        read(tmp_path / "no.csv")


def test_zeros_are_mended_only_where_that_is_the_one_way_to_match() -> None:
    """7 could be 07 or 007; 045 has its own zero; 9 is nowhere; 12 is there beside 012."""
    first = listed("07", "007", "0045", "0300", "12", "012")
    second = parse(b"7\n045\n300\n9\n12\n", title="B")
    found = compare(first, second)
    assert found.both.index.tolist() == ["0300", "12"]
    assert found.mended == (0, 1)
    assert "1 code of B had lost leading zeros." in found.sentences()


def test_zeros_of_a_package_stay() -> None:
    with pytest.raises(InputError):
        compare(listed("7", territory="slovenia"), listed("007"))


def test_lists_of_different_territories_are_refused_unless_codes_overlap() -> None:
    first, second = listed("a", "b"), listed("x", title="B", territory="slovenia")
    with pytest.raises(
        InputError, match=r"A \(italy, codes such as a\) and B \(slovenia, codes such as x\) have no area"
    ):
        compare(first, second)
    assert compare(first, listed("x", "b", territory="slovenia")).overlap == 1 / 3
    with pytest.raises(InputError, match="territory not given"):
        compare(first, parse(b"1\n2", title="B"))


def test_lists_of_one_territory_may_have_nothing_in_common() -> None:
    assert compare(listed("a"), listed("b")).overlap == 0
    areas = pd.DataFrame({"name": ["Uno", "Due"], "population": [1.0, 2.0]}, index=["001", "002"])
    assert compare(parse(b"1", title="A"), parse(b"2", title="B"), areas=areas).overlap == 0


# Packages of a real territory


NAMES = ("balanced.zip", "ageing.zip")


@pytest.fixture(scope="module")
def asked(territory: Territory) -> list[Analysis]:
    return [
        ranking.ask(territory, weighting=configuration.load(name), draws=2, k=20) for name in ("balanced", "ageing")
    ]


@pytest.fixture(scope="module")
def packages(territory: Territory, asked: list[Analysis], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The first 20 by gap under two weightings, the second in the continental manner."""
    folder = tmp_path_factory.mktemp("lists")
    for name, each, locale in zip(NAMES, asked, ("en", "continental"), strict=True):
        view = ranking.View()
        chosen = ranking.top(territory, view, count=20, asked=each)
        (folder / name).write_bytes(package(shortlist.make(territory, chosen, view=view, asked=each), locale=locale))
    return [folder / name for name in NAMES]


def test_packages_are_read_as_they_were_written(packages: list[Path], asked: list[Analysis]) -> None:
    for path, each in zip(packages, asked, strict=True):
        found = read(path)
        assert found.title == str(path) and found.territory == "italy"
        assert found.table.index.tolist() == order(each.scores.frame)[:20]
        assert found.table["rank"].tolist() == list(range(1, 21))
        here = each.table.loc[found.table.index]
        assert found.table["name"].tolist() == here["name"].tolist()
        assert found.table["population"].tolist() == here["population"].tolist()
        same = ranked(each, found.table.index.tolist(), title="", territory="italy", attribution="")
        assert same.points is not None and found.points is not None
        np.testing.assert_allclose(found.points, same.points[found.points.columns], atol=1e-5)
        pd.testing.assert_frame_equal(
            found.table, same.table[found.table.columns], check_dtype=False, check_index_type=False
        )


def test_points_of_a_package_add_up_to_the_gap(packages: list[Path], asked: list[Analysis]) -> None:
    points = read(packages[0]).points
    assert points is not None
    start = asked[0].contributions.start[points.index]
    np.testing.assert_allclose(start + points.sum(axis=1), asked[0].table.loc[points.index, "gap"], atol=1e-4)


def test_two_weightings_compare_and_say_why(packages: list[Path]) -> None:
    first, second = (read(path) for path in packages)
    found = compare(first, second)
    common = set(first.table.index) & set(second.table.index)
    assert set(found.both.index) == common and common
    assert found.overlap == pytest.approx(len(common) / (40 - len(common)))
    assert 0 <= found.people_overlap <= 1
    assert not found.unexplained
    assert set(found.why["area_id"]) == common
    assert first.points is not None and second.points is not None
    changes = found.why.groupby("area_id")["difference"].sum()
    expected = second.points.sum(axis=1) - first.points.sum(axis=1)
    np.testing.assert_allclose(changes, expected[changes.index], atol=1e-9)


def test_the_files_hold_the_comparison(packages: list[Path]) -> None:
    found = compare(read(packages[0]), read(packages[1]))
    content = comparison.file(found, "c.CSV")
    assert content == comparison.csv(found) and content.startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig", dtype={"area_id": str})
    pd.testing.assert_frame_equal(table.drop(columns="attribution"), found.table(), check_dtype=False)
    assert table["attribution"].str.contains("CC").all(), "licences travel"
    book = openpyxl.load_workbook(io.BytesIO(comparison.file(found, "c.xlsx")))
    assert book.sheetnames == ["Summary", "Areas", "Why", "Columns"]
    sheets = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    assert [row[0] for row in sheets["Summary"][1:-1]] == found.sentences()
    assert sheets["Summary"][-1][0] == found.attribution
    assert [row[0] for row in sheets["Areas"][1:]] == found.table()["area_id"].tolist()
    np.testing.assert_allclose([row[5] for row in sheets["Why"][1:]], found.why["relative"])
    described = {row[0] for row in sheets["Columns"][1:]}
    assert {*sheets["Areas"][0], *sheets["Why"][0], *table.columns} == described
    assert comparison.xlsx(found) == comparison.xlsx(compare(read(packages[0]), read(packages[1])))


def test_a_file_of_another_kind_is_refused(packages: list[Path]) -> None:
    found = compare(read(packages[0]), read(packages[1]))
    with pytest.raises(InputError, match=r"cannot be written as c\.pdf; choose a name that ends with \.csv or \.xlsx"):
        comparison.file(found, "c.pdf")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["pipelines", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), *capsys.readouterr()

    return run


def test_command_says_it_and_writes_it(run: Callable, packages: list[Path], tmp_path: Path) -> None:
    code, printed, _ = run("compare", *packages, "-o", tmp_path / "c.xlsx")
    found = compare(read(packages[0]), read(packages[1]))
    assert code == 0 and printed.splitlines() == found.sentences()
    assert (tmp_path / "c.xlsx").read_bytes() == comparison.xlsx(found)


def test_command_refuses_in_one_sentence_and_writes_nothing(
    run: Callable, packages: list[Path], tmp_path: Path
) -> None:
    for wrong in (
        ("compare", packages[0], tmp_path / "none.csv"),
        ("compare", *packages, "-o", tmp_path / "c.pdf"),
        ("compare", *packages, "-o", tmp_path / "absent" / "c.csv"),
    ):
        code, printed, said = run(*wrong)
        assert (code, printed) == (2, "") and said.startswith("Error: ") and said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_list_by_another_indicator_does_not_say_why(territory: Territory, asked: list[Analysis]) -> None:
    """Its order is not that of the gap, which the points are about."""
    view = ranking.View(by="need")
    chosen = ranking.top(territory, view, count=3, asked=asked[0])
    content = package(shortlist.make(territory, chosen, view=view, asked=asked[0]))
    assert parse(content, title="need.zip").points is None


def test_the_csv_of_a_list_compares_with_its_package(packages: list[Path]) -> None:
    with zipfile.ZipFile(packages[1]) as archive:
        text = archive.read("shortlist.csv").decode("utf-8-sig")
    lost = "\r\n".join(";".join(cell.lstrip("0") for cell in line.split(";")) for line in text.split("\r\n"))
    found = compare(read(packages[1]), parse(lost.encode(), title="typed.csv"))
    assert found.overlap == 1 and (found.both["shift"] == 0).all()


def test_store_is_not_needed(packages: list[Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(store.ENVIRONMENT, str(tmp_path))
    assert compare(read(packages[0]), read(packages[0])).overlap == 1
