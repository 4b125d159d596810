"""How Geofabrik calls its extracts of OpenStreetMap: by the English names of the countries, but for a few."""

from geodata.countries import COUNTRIES, eurostat

OWN = {"CZ": "czech-republic", "IE": "ireland-and-northern-ireland", "MK": "macedonia"}


def extract(country: str) -> str:
    """Name of the extract of a country (ISO 3166-1); of one that is not listed, its code in small letters.

    Examples
    --------
    >>> extract("PT"), extract("GB"), extract("CZ")
    ('portugal', 'united-kingdom', 'czech-republic')
    """
    code = eurostat(country)
    return OWN.get(code) or COUNTRIES.get(code, code).lower().replace(" ", "-")
