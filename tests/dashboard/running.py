"""The dashboard run without a browser: what every test of a page does first."""

import json
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

APP = Path(__file__).parents[2] / "dashboard" / "app.py"


def fresh() -> AppTest:
    """A session that has opened nothing yet."""
    return AppTest.from_file(str(APP), default_timeout=120)


def opened(app: AppTest, page: str, **parameters: str) -> AppTest:
    """Open a page at an address with these parameters; it may show an error, but must not fail."""
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    if page != "map":
        app.switch_page(f"views/{page}.py").run()
    assert not app.exception
    return app


def opened_without_error(app: AppTest, page: str, **parameters: str) -> AppTest:
    """Open a page as `opened`; it must not show an error either."""
    opened(app, page, **parameters)
    assert not app.error
    return app


def texts(app: AppTest) -> str:
    """Everything that a page says in words."""
    kinds = (app.markdown, app.caption, app.info, app.warning, app.error)
    return "\n".join(element.value for kind in kinds for element in kind)


def picture(app: AppTest) -> dict[str, Any]:
    """What the only map of a page was told to draw: see `dashboard.maps.picture.picture`."""
    [component] = app.get("component_instance")
    script: str = json.loads(component.proto.json_args)["feature_group"]
    drawn: dict[str, Any] = json.JSONDecoder().raw_decode(script[script.index("AreaMap.draw(") + 13 :])[0]
    return drawn
