"""Keys under which a browser session keeps values of its own between runs, each declared here.

A widget's value is under the widget's own key, which stands where the widget is drawn.
"""

from enum import StrEnum


class Key(StrEnum):
    """A value of the session; its text differs from the key of every widget."""

    # The view, the address as this session wrote it last, and the first address that was not read yet.
    VIEW = "view"
    ADDRESS = "address"
    FIRST_ADDRESS = "first-address"
    # Notes of the shortlist by area, and own layers by territory and name.
    NOTES = "notes"
    OWN_LAYERS = "own-layers"
    # Of a saved view that is being opened: its page, its position on the map, and why it cannot be.
    PAGE = "page"
    POSITION = "map-position"
    VIEW_PROBLEM = "view-problem"
    # How often an area was selected elsewhere than in the ranked table.
    SELECTIONS = "selections"
    # Why weights were refused.
    WEIGHTS_PROBLEM = "weights-problem"
    # My data: the file as read, questions about its texts, their answers, and the layer made of it.
    OWN_TABLE = "own-table"
    OWN_QUESTIONS = "own-questions"
    OWN_DECISIONS = "own-decisions"
    OWN_LAYER = "own-layer"
    # Data and methods: the analysis that sensitivity was computed for.
    IMPORTANCE = "importance"
    # Sites: lists of candidates by territory, why one cannot be read, the question in the form, and the last answered.
    SITE_LISTS = "sites-lists"
    SITE_LIST_PROBLEM = "sites-list-problem"
    SITE_FORM = "sites-form"
    SITE_QUESTION = "sites-question"
    # Scenarios: workbenches by version of a territory, and the file that was opened last.
    SCENARIOS = "scenarios"
    SCENARIO_FILE = "scenario-read"
    # The last click of each map, by the key of the map.
    CLICKS = "map-clicks"
