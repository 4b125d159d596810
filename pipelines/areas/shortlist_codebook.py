"""What the columns of a shortlist are that the codebook of its territory does not have."""

import pandas as pd

from geodata.schema import LAYERS

# Files carry more decimals than the screen, so that shares and sums computed from them still agree.
EXTRA_DECIMALS = 2
# What the reader of any file of figures must know.
NOTES = {
    "Missing values": "An empty cell is a missing value, never 0; the codebook says when each column is missing.",
    "Decimals": f"Numbers are rounded to {EXTRA_DECIMALS} decimals more than the map shows (decimals_in_file of the "
    "codebook), so that totals computed from the file agree.",
    "Codes": "area_id is text and keeps its leading zeros; Excel drops them when it opens the CSV directly: use the "
    "XLSX, or import the column as text.",
    "Apostrophes": "In CSV and XLSX a text that begins with = + - @, a tab or a line break has an apostrophe before "
    "it, so that it is not run as a formula.",
    "Coordinates": "Longitude and latitude in degrees, WGS 84 (EPSG:4326).",
}

UNSURE = "Area not scorable, or not computed"

CODEBOOK_COLUMNS = list(LAYERS["codebook"].columns.columns)
OWN_COLUMNS = pd.DataFrame(
    [
        ("order", "Place in the list", "1 = first", 0, "Order chosen by the planner, or rank", "Never"),
        ("area_id", "Code of the area", "code", 0, "Official code, text with leading zeros", "Never"),
        ("name", "Name of the area", "text", 0, "Official name", "Never"),
        ("nuts1_name", "NUTS 1 region", "text", 0, "Region the area lies in", "The source has no region for the area"),
        ("nuts2_name", "NUTS 2 region", "text", 0, "Region the area lies in", "The source has no region for the area"),
        ("nuts3_name", "NUTS 3 region", "text", 0, "Region the area lies in", "The source has no region for the area"),
        ("degurba", "Degree of urbanisation", "text", 0, "Class of the area, DEGURBA level 1", "Area not classified"),
        (
            "group",
            "Tenth of the areas by gap",
            "1 = highest",
            0,
            "Areas of the territory in ten groups of the same size by gap; the index does not part areas finer",
            "Area not scorable",
        ),
        ("rank", "Rank by gap", "1 = highest", 0, "Among all areas of the territory", "Area not scorable"),
        ("rank_low", "Rank, 5 % bound", "rank", 0, "5 % of the replicates rank the area here or better", UNSURE),
        ("rank_high", "Rank, 95 % bound", "rank", 0, "95 % of the replicates rank the area here or better", UNSURE),
        (
            "probability",
            "Probability of being among the first k",
            "0-1",
            2,
            "Share of the replicates, with other choices and with errors in the data, in which the area is among the k "
            "highest gaps of the territory; k, draws and seed are in the manifest",
            UNSURE,
        ),
        (
            "tier",
            "How sure it is that the area is among the first k",
            "text",
            0,
            "Probability: firm from 0.9, likely from 0.5, borderline from 0.1, else not on the list",
            UNSURE,
        ),
        *(
            row
            for level, title in (("nuts2", "NUTS 2 region"), ("nuts3", "NUTS 3 region"))
            for row in (
                (
                    f"first_{level}",
                    f"Length of the list of the {title}",
                    "areas",
                    0,
                    "A fifth of its scorable areas, at most 100",
                    "Area not scorable, or in no region",
                ),
                (
                    f"probability_{level}",
                    f"Probability of being among the first of the {title}",
                    "0-1",
                    2,
                    "As probability, within the region",
                    "Area not scorable, or in no region",
                ),
                (
                    f"tier_{level}",
                    f"How sure it is that the area is among the first of the {title}",
                    "text",
                    0,
                    "As tier, within the region",
                    "Area not scorable, or in no region",
                ),
            )
        ),
        (
            "named_ways",
            "Presets under which the area is among the first k",
            "presets",
            0,
            "Number of the weightings that come with the product, and that the territory has the indicators for",
            "Area not scorable",
        ),
        (
            "probability_errors",
            "Probability of being among the first k, by errors of the data",
            "0-1",
            2,
            "As probability, with the weighting as it is and the errors of the data alone",
            UNSURE,
        ),
        (
            "reason",
            "Why the area is where it is",
            "text",
            0,
            "Written from the contributions to the gap; next to the line of the list also with the distance to it",
            "Never",
        ),
        ("note", "Note of the planner", "text", 0, "The planner's own words", "No note was written"),
        ("attribution", "Attribution and licences", "text", 0, "To be given wherever the row is used", "Never"),
    ],
    columns=["indicator", "title", "unit", "decimals", "formula", "missing"],
).reindex(columns=CODEBOOK_COLUMNS)
