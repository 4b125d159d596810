"""Country codes as Eurostat writes them."""

# Two differ from ISO 3166-1, which the rest of the product uses.
OWN = {"GR": "EL", "GB": "UK"}
ISO = {own: iso for iso, own in OWN.items()}
EU = "EU"
# How long the codes of the NUTS levels are.
LEVELS = {"nuts1": 3, "nuts2": 4, "nuts3": 5}
# The Member States since 2020, by the code of Eurostat.
MEMBERS = {
    "AT": "Austria",
    "BE": "Belgium",
    "BG": "Bulgaria",
    "CY": "Cyprus",
    "CZ": "Czechia",
    "DE": "Germany",
    "DK": "Denmark",
    "EE": "Estonia",
    "EL": "Greece",
    "ES": "Spain",
    "FI": "Finland",
    "FR": "France",
    "HR": "Croatia",
    "HU": "Hungary",
    "IE": "Ireland",
    "IT": "Italy",
    "LT": "Lithuania",
    "LU": "Luxembourg",
    "LV": "Latvia",
    "MT": "Malta",
    "NL": "Netherlands",
    "PL": "Poland",
    "PT": "Portugal",
    "RO": "Romania",
    "SE": "Sweden",
    "SI": "Slovenia",
    "SK": "Slovakia",
}
# Countries outside the Union whose municipalities are in GISCO's outlines.
OTHERS = {
    "AL": "Albania",
    "CH": "Switzerland",
    "IS": "Iceland",
    "LI": "Liechtenstein",
    "MK": "North Macedonia",
    "NO": "Norway",
    "RS": "Serbia",
    "UK": "United Kingdom",
}
COUNTRIES = MEMBERS | OTHERS


def eurostat(country: str) -> str:
    """Eurostat's code of a country.

    Examples
    --------
    >>> eurostat("GR"), eurostat("SI")
    ('EL', 'SI')
    """
    return OWN.get(country, country)


def iso(code: str) -> str:
    """ISO 3166-1 code of a country from Eurostat's, or from that of a region in it.

    Examples
    --------
    >>> iso("EL"), iso("UKC11"), iso("SI031")
    ('GR', 'GB', 'SI')
    """
    return ISO.get(code[:2], code[:2])


def countries(country: str) -> tuple[str, ...]:
    """Eurostat's codes of the countries that a source is read for: one country, or the Member States for `EU`.

    Examples
    --------
    >>> countries("GR"), len(countries("EU"))
    (('EL',), 27)
    """
    return tuple(MEMBERS) if country == EU else (eurostat(country),)
