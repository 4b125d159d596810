"""Where the minutes of the model `terrain` are known to be less sure: islands, steep land, valleys without a road."""

import geopandas as gpd
import pandas as pd

from geodata.i18n import mark
from pipelines.access.travel.terrain import Terrain

# Metres up or down for each of the way, mean of the ways around a place, from which roads wind more than the model
# says. There it takes a road for 1.2 x 1.4 = 1.7 times as long as the line, which hairpin bends exceed; of the comuni
# whose class is published the steepest fifth (0.08 and more) are put too near three times as often as the others.
WINDING = 0.1
# Half as steep: a valley, when no major road is known in it.
VALLEY = 0.05
INDICATOR = "minutes_urban_centre"
CROSSING = mark(
    "There is no urban centre on this island, and the ferry is assumed: from the nearest known port, at one speed, "
    "without a timetable or a wait. Real crossings may be much slower or faster, so ask who lives here."
)
UNKNOWN_ROAD = mark(
    "The land is steep and no major road is known nearby, so the way is guessed over the hills: in a valley with one "
    "way out minutes may be too many, and where roads wind too few. Compare them with those of people who live here."
)
HAIRPINS = mark(
    "The land is steep, and roads in such land wind more than the estimate knows: minutes may be too few. Compare them "
    "with those of people who live here."
)


def cautions(model: Terrain, main: gpd.GeoDataFrame, centres: gpd.GeoSeries) -> pd.DataFrame:
    """Say of which areas the minutes are less sure, and why: rows of the layer `quality`.

    Parameters
    ----------
    model
        The travel model.
    main
        The main place of each area: points in EPSG:4326 with `area_id`.
    centres
        Urban centres, points in EPSG:4326.

    Returns
    -------
    DataFrame
        `area_id`, `indicator`, `kind`, `reason`; one row an area, for the first that holds of: no urban centre on its
        landmass, steep without a major road, very steep.
    """
    around = model.surroundings(main.geometry)
    served = model.surroundings(centres)["landmass"]
    reason = pd.Series(None, index=main.index, dtype=object)
    reason[around["slope"] >= WINDING] = HAIRPINS
    reason[(around["slope"] >= VALLEY) & ~around["road"]] = UNKNOWN_ROAD
    reason[~around["landmass"].isin(served)] = CROSSING
    reason = reason.dropna()
    table = {"area_id": main.loc[reason.index, "area_id"], "indicator": INDICATOR, "kind": "flagged", "reason": reason}
    return pd.DataFrame(table, dtype="str").reset_index(drop=True)
