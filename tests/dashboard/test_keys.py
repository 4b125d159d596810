"""What a session keeps stands under declared keys, apart from those of widgets."""

import ast
from pathlib import Path

from dashboard.view.keys import Key

ROOT = Path(__file__).parents[2] / "dashboard"
TREES = [ast.parse(path.read_text(encoding="utf-8")) for path in ROOT.rglob("*.py")]


def texts(node: ast.AST) -> set[str]:
    return {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def widget_keys() -> set[str]:
    """Texts that are the key of a widget, directly or by a name."""
    arguments = [
        argument.value
        for tree in TREES
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for argument in call.keywords
        if argument.arg == "key"
    ]
    names = {each.id for value in arguments for each in ast.walk(value) if isinstance(each, ast.Name)}
    values = [
        each.value
        for tree in TREES
        for each in ast.walk(tree)
        if isinstance(each, ast.Assign) and names & {name.id for name in ast.walk(each) if isinstance(name, ast.Name)}
    ]
    return set().union(*map(texts, [*arguments, *values]))


def test_a_text_is_used_as_a_key_of_the_session_for_widgets_alone() -> None:
    used = set()
    for tree in TREES:
        for node in ast.walk(tree):
            if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "st.session_state":
                used |= texts(node.slice)
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("st.session_state."):
                used |= texts(node.args[0]) if isinstance(node.args[0], ast.Constant) else set()
    assert used and used <= widget_keys()


def test_no_widget_takes_the_key_of_something_else() -> None:
    assert not {key.value for key in Key} & widget_keys()
