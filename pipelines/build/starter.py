"""Recipes for a country or region that has none: written from the catalogue, for a person to read and change."""

import re
from pathlib import Path

from geodata import catalogue, recipes
from geodata.countries import COUNTRIES, EU, eurostat, iso
from geodata.errors import InputError
from geodata.files import write_atomic
from geodata.names import suggest

TEMPLATE = """\
# Recipe: which source of the catalogue gives which layer of the territory. Read it, change it, and then run
#   python -m pipelines fetch {id}
#   python -m pipelines build {id}
# `python -m pipelines sources {id}` lists publishers, licences and addresses; a mistake is named with its line and key.
id: "{id}"
title: {title}
country: "{country}"  # ISO 3166-1
{region}area_unit: municipality
# The levels of region that the planner can filter by, widest first; a territory may have fewer.
region_levels: {levels}
layers:
  # Outlines of the municipalities.
  areas: [gisco-lau]
  # Which NUTS regions they belong to.
  regions: [gisco-lau-nuts]
  # Where people live: the cells of 1 km with people, at their centres, named after the nearest settlement.
  places: [census-grid-2021]
  # The same cells; the degree of urbanisation is found from them.
  grid: [census-grid-2021]
  # Figures as published: people aged 65 and over, and shares of them and of those under 15.
  published: [census-grid-2021]
  # What people need. For more kinds of service add osm-country, the country in OpenStreetMap; take gisco-healthcare out
  # then, or hospitals are counted twice.
  services: [gisco-healthcare, gisco-education]
  # Social innovation projects of all Europe, and the consortia of competence centres.
  projects: [si-projects]
  # Where these projects are, in figures, by which they are compared with the areas.
  project_contexts: [si-project-contexts]
  consortia: [si-consortia]
  # Coasts and borders.
  basemap: [natural-earth]
# Straight line x circuity; each speed holds up to a distance by road (km/h: up to km), the last without end. These are
# estimates for a mixed country; with osm-country as a layer roads, {{model: roads, ...}} follows the roads instead.
travel:
  model: straight
  circuity: 1.4
  speeds: [[30, 5], [50, 25], [75, null]]
# What need and resources are made of: the name of a bundled configuration, or the path of a .yaml file of your own.
index: country
"""


def recipe(code: str) -> tuple[str, str]:
    """Id and text of a recipe for a country or for a NUTS 1 or 2 region.

    Parameters
    ----------
    code
        Of the country by ISO 3166-1 or as Eurostat writes it, or of the region, in capitals or small letters.

    Raises
    ------
    InputError
        The code is of neither.

    Examples
    --------
    >>> name, text = recipe("EL")
    >>> name, 'country: "GR"' in text
    ('gr', True)
    """
    wanted = code.strip().upper()
    own = eurostat(wanted[:2]) + wanted[2:]
    if wanted == EU:
        raise InputError("The European Union has a recipe already, eu; build that, or give the code of one country.")
    if not re.fullmatch(r"[A-Z]{2}[A-Z0-9]{0,2}", own) or own[:2] not in COUNTRIES:
        longer = re.fullmatch(r"[A-Z]{2}[A-Z0-9]{3}", own) and own[:2] in COUNTRIES
        hint = "that is a NUTS 3 region: take the first four characters" if longer else suggest(own[:2], COUNTRIES)
        raise InputError(
            f"{code!r} is no code of a country such as PT, nor of a NUTS 1 or 2 region such as PT1 or ITF5; {hint}."
        )
    region = own if len(own) > 2 else ""
    name = (own if region else iso(own)).lower()
    levels = {0: "[nuts1, nuts2, nuts3]", 3: "[nuts2, nuts3]", 4: "[nuts3]"}[len(region)]
    country = COUNTRIES[own[:2]]
    return name, TEMPLATE.format(
        id=name,
        title=f"{country}, {region}" if region else country,
        country=iso(own),
        region=f"region: {region}  # NUTS, as Eurostat writes it\n" if region else "",
        levels=levels,
    )


def write(code: str, *, replace: bool = False) -> Path:
    """Write a recipe into the folder of the user's own ones, whole or not at all.

    Parameters
    ----------
    code
        As `recipe` takes it.
    replace
        Whether a recipe that is there already is written anew, with all that was changed in it.

    Raises
    ------
    InputError
        The code is of no country or region, there is a recipe of that name, or the folder cannot be written to.
    """
    name, text = recipe(code)
    path = recipes.own_folder() / f"{name}.yaml"
    if (recipes.FOLDER / path.name).is_file():
        raise InputError(f"The project has a recipe {name} of its own, which would hide yours; build that one.")
    if path.exists() and not replace:
        raise InputError(f"There is a recipe already, {path}; edit it, or write it anew with --replace.")
    recipes.read(path, text.encode(), sources=frozenset(catalogue.load()))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, text.encode())
    except OSError as error:
        raise InputError(f"{path.parent} cannot be written to ({error.strerror}); choose another folder.") from error
    return path
