"""Country codes as Eurostat writes them."""

# Two differ from ISO 3166-1, which the rest of the product uses.
OWN = {"GR": "EL", "GB": "UK"}


def eurostat(country: str) -> str:
    """Eurostat's code of a country.

    Examples
    --------
    >>> eurostat("GR"), eurostat("SI")
    ('EL', 'SI')
    """
    return OWN.get(country, country)
