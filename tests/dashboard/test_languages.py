"""Every word of the product in every language, and every page in them."""

import ast
import io
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import streamlit as st
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from streamlit.testing.v1 import AppTest

from geodata import i18n as language
from geodata import indicators
from geodata.i18n import LANGUAGES, catalogues, places
from pipelines.priority import composite
from tests.dashboard.running import fresh, opened_without_error

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
VIEWS = sorted(path.stem for path in (APP.parent / "views").glob("[a-z]*.py"))
OTHERS = [name for name in LANGUAGES if name != "en"]
AREA = "076026"
READ = (language._catalogue, indicators._categories, composite._dictionary)


@cache
def gathered() -> Catalog:
    return catalogues.gather()


@pytest.mark.parametrize("name", OTHERS)
def test_every_message_is_translated_and_the_catalogue_up_to_date(name: str) -> None:
    """After a change of words: make messages, then write what is new."""
    lacking = catalogues.missing(name, gathered())
    assert not lacking, f"{len(lacking)} messages are not in {LANGUAGES[name]}: {lacking[:20]}"
    assert (language.CATALOGUES / f"{name}.po").read_text(encoding="utf-8") == catalogues.updated(name, gathered())


@pytest.mark.parametrize("name", OTHERS)
def test_a_translation_has_the_places_of_its_message(name: str) -> None:
    for message, told in language.messages(name).items():
        one = message if isinstance(message, str) else message[0]
        for form in [told] if isinstance(told, str) else told:
            assert places(form) == places(one), f"{one!r} is {form!r} in {LANGUAGES[name]}"


def opened(page: str, **parameters: str) -> AppTest:
    """Open a page; lists are written again outside the app, so the test has to speak its language."""
    return opened_without_error(fresh(), page, **parameters)


@pytest.mark.usefixtures("data_root")
def test_the_language_is_in_the_address_and_survives_a_change_of_page() -> None:
    with language.using("de"):
        app = opened("map", lang="de")
        assert any(
            "Karte ländlicher" in text or "Wo leben Menschen" in text for text in (m.value for m in app.markdown)
        )
        app.switch_page("views/shortlist.py").run()
        assert app.button(key="add-top").label.startswith("Die ersten 10")
        app.selectbox(key="language").set_value("fr").run()
    assert app.button(key="add-top").label.startswith("Ajouter les 10 premières")
    assert app.query_params["lang"] == "fr"


@pytest.mark.usefixtures("data_root")
def test_an_unknown_language_is_a_notice_in_english() -> None:
    app = opened("map", lang="xx")
    assert "language" in app.warning[0].value


@pytest.mark.usefixtures("data_root")
@pytest.mark.parametrize("name", OTHERS)
def test_reasons_and_numbers_follow_the_language(name: str) -> None:
    with language.using(name):
        app = opened("area", area=AREA, lang=name)
        assert app.metric[0].label == indicators.dictionary(())["gap"].title
        reason = language.say("Raised most by: {facts}.", facts="").rstrip(":. ")
    assert any(reason in text.value for text in app.markdown)
    assert not any("Raised most by" in text.value for text in app.markdown)
    assert "," in app.metric[0].value
    assert "." not in app.metric[0].value


# What a planner can meet in the dashboard; other errors name a file, an option or a command, and are English.
MET = (
    "pipelines/userdata/*.py",
    "pipelines/priority/analysis.py",
    "pipelines/priority/configuration.py",
    "pipelines/areas/lists.py",
    "pipelines/response/scenario/applying.py",
    "pipelines/response/scenario/editing.py",
    "pipelines/response/siting/*.py",
    "pipelines/response/siting/solver/*.py",
    "pipelines/access/travel/storage.py",
)
OF_THE_COMMAND_LINE = ("--", "has not been built", "is damaged", "cannot be read (", "no index configuration")


def test_errors_that_a_planner_can_meet_are_messages() -> None:
    """Each is raised with `say`, or with what another error said."""
    root, english = APP.parents[1], []
    modules = {pattern: sorted(root.glob(pattern)) for pattern in MET}
    assert all(modules.values())
    for path in (path for paths in modules.values() for path in paths):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "InputError":
                text = ast.unparse(node.args[0])
                words = (
                    re.sub(r"\{[^}]*\}", "", text)
                    if isinstance(node.args[0], ast.Constant | ast.JoinedStr | ast.BinOp)
                    else ""
                )
                if re.search(r"\w{3}", words) and not any(part in text for part in OF_THE_COMMAND_LINE):
                    english.append(f"{path.relative_to(root)}: {text}")
    assert english == []


@pytest.mark.usefixtures("data_root")
def test_errors_are_said_in_the_language_of_the_page() -> None:
    with language.using("de"):
        app = opened("scenarios", lang="de", area=AREA)
        app.text_input(key="scenario-search-at").set_value("39.9, 12.9").run()
        assert "liegt weit außerhalb von Italien; geben Sie einen innerhalb an" in app.error[0].value
        app.switch_page("views/compare.py").run()
        app.selectbox(key="compare-second").set_value("file").run()
        app.file_uploader(key="compare-file-second").set_value(("liste.csv", b"", "text/csv")).run()
        assert "ist leer; geben Sie eine Tabelle mit Kopfzeile und mindestens einer Zeile an" in app.error[0].value
        app.switch_page("views/own.py").run()
        app.file_uploader(key="own-file").set_value(("leer.csv", b"\n", "text/csv")).run()
        assert "ist leer; geben Sie eine Tabelle" in "".join(each.value for each in (*app.error, *app.warning))
        assert not app.exception


def empty_caches() -> None:
    for cached in READ:
        cached.cache_clear()
    for kept in (st.cache_data, st.cache_resource):
        kept.clear()


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A language in which every message stands in brackets."""
    catalogue = read_po(io.BytesIO(catalogues._header("de").encode()), locale="de")
    for message in gathered():
        if message.id:
            one = message.id
            catalogue.add(one, f"⟦{one}⟧" if isinstance(one, str) else tuple(f"⟦{form}⟧" for form in one))
    folder = tmp_path_factory.mktemp("languages")
    with (folder / "de.po").open("wb") as file:
        write_po(file, catalogue)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(language, "CATALOGUES", folder)
        empty_caches()
        yield
    empty_caches()


# Names that are the same in every language, and names from data.
NAMES = re.compile(r"Gini|Theil T|Palma|CSV|XLSX|GeoJSON|GeoPackage|PDF|HTML|English|Deutsch")
DATA = re.compile("Castronuovo|Agliè|SEED")


def words(app: AppTest) -> Iterator[str]:
    """Texts of a page that are the product's own: labels, hints, headings of columns, paragraphs."""
    for element in [*app.main, *app.sidebar]:
        if element.type == "json":
            continue
        proto = getattr(element, "proto", None)
        for field in ("label", "help", "placeholder", "body"):
            text = getattr(proto, field, "")
            if isinstance(text, str):
                yield text
        if element.type == "arrow_data_frame":
            for column in json.loads(proto.columns or "{}").values():
                yield column.get("label") or ""
                yield column.get("help") or ""


@pytest.mark.usefixtures("data_root", "marked")
@pytest.mark.parametrize("page", VIEWS)
def test_no_word_of_a_page_stands_beside_the_catalogues(page: str) -> None:
    with language.using("de"):
        app = opened(page, lang="de", area=AREA, list=f"{AREA},077014", points="hospital,projects")
    bare = [text for text in words(app) if re.search(r"[A-Za-z]{4}", NAMES.sub("", text)) and "⟦" not in text]
    assert not [text for text in bare if not DATA.search(text)]
