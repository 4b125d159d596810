"""Colours of classes, on the map and in files for other programs; none of them is the grey of no data."""

import numpy as np

# ColorBrewer (Brewer, 2003), safe for colour-blind readers: what is worse, better, or neither when it is higher.
PALETTES = {
    "worse": ("#ffffd4", "#fed98e", "#fe9929", "#d95f0e", "#993404"),
    "better": ("#ffffcc", "#a1dab4", "#41b6c4", "#2c7fb8", "#253494"),
    "neutral": ("#f2f0f7", "#cbc9e2", "#9e9ac8", "#756bb1", "#54278f"),
}


def spread(palette: tuple[str, ...], count: int) -> tuple[str, ...]:
    """Colours for any number of classes, from the light to the dark end of a palette; its middle for one.

    Examples
    --------
    >>> spread(("#ffffff", "#000000"), 3)
    ('#ffffff', '#808080', '#000000')
    """
    places = np.linspace(0, len(palette) - 1, count) if count > 1 else [(len(palette) - 1) / 2]
    parts = np.array([[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in palette])
    channels = [np.interp(places, range(len(palette)), channel) for channel in parts.T]
    return tuple("#" + "".join(f"{round(part):02x}" for part in colour) for colour in zip(*channels, strict=True))
