"""An indicator of the planner's own: one number for each area, by its code or name."""

from collections.abc import Mapping

import pandas as pd

from pipelines.userdata.gazetteer import Gazetteer
from pipelines.userdata.placing import area_codes, matched
from pipelines.userdata.rows import Rows, because, to_decide


def convert(
    rows: Rows, gazetteer: Gazetteer, *, name: str, decisions: Mapping[str, str]
) -> "tuple[pd.Series[float], pd.Series[str], pd.DataFrame, pd.DataFrame]":
    """Give each area its number.

    An area that is there with different values has none; a name counts only where there is no known code.

    Returns
    -------
    tuple
        Numbers, index `area_id`, called `name`; the reason of each row that is not used, else empty; the names to
        decide about; and those that were found.
    """
    stated = rows.text("area_id")
    codes = area_codes(stated, gazetteer.area_ids)
    names = rows.text("place").where(codes == "", "")
    matches = gazetteer.match(names, decisions=decisions)
    state = names.map(matches["state"]).astype("str").fillna("")
    codes = codes.where(state != "found", names.map(matches["area_id"]))
    values = rows.numbers("value")
    reasons = pd.Series("", index=rows.index, dtype="str")
    reasons = because(reasons, (codes == "") & (stated != ""), "no area has the code {!r}", stated)
    reasons = because(reasons, state == "unknown", "no area is named {!r}", names)
    reasons = because(reasons, state == "ambiguous", "{!r} may be {}; decide", names, names.map(matches["choice"]))
    reasons = because(reasons, (codes == "") & (stated == "") & (names == ""), "no area code or name")
    reasons = because(reasons, values.isna(), "{!r} is no number", rows.text("value"))
    good = reasons == ""
    differ = values[good].groupby(codes[good]).nunique()
    doubled = good & codes.isin(differ.index[differ > 1])
    reasons = because(reasons, doubled, "area {} is there more than once with different values", codes)
    good = reasons == ""
    series = pd.Series(values[good].to_numpy(float), index=pd.Index(codes[good], name="area_id"), name=name)
    unsure = to_decide("place", names[state == "ambiguous"], matches["offers"])
    return series[~series.index.duplicated()].sort_index(), reasons, unsure, matched(names, matches)
