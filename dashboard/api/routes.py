"""The addresses of the API and what answers them: pygeoapi on the territories that are built."""

import json
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import pygeoapi.api as core
from pygeoapi.api import API, APIRequest, itemtypes
from pygeoapi.openapi import get_oas
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from geodata import store
from pipelines.export.features import Collection, collections

PATH = "/api"
PAGE, LARGEST_PAGE = 1000, 10_000
PROVIDER = "dashboard.api.provider.TerritoryProvider"
WGS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
Answer = tuple[dict[str, str], int, str | bytes]


def application() -> Starlette:
    """The API, to be mounted at `PATH`."""
    return Starlette(
        routes=[
            Route("/", partial(_answer, core.landing_page)),
            Route("/openapi", partial(_answer, core.openapi_)),
            Route("/conformance", partial(_answer, _conformance)),
            Route("/collections", partial(_answer, core.describe_collections)),
            Route("/collections/{collection}", partial(_answer, core.describe_collections)),
            Route("/collections/{collection}/schema", partial(_answer, core.get_collection_schema)),
            Route("/collections/{collection}/queryables", partial(_answer, itemtypes.get_collection_queryables)),
            Route("/collections/{collection}/items", partial(_answer, itemtypes.get_collection_items)),
            Route("/collections/{collection}/items/{item}", partial(_answer, itemtypes.get_collection_item)),
        ],
        # What is here is open data and cannot be changed: any page may read it.
        middleware=[Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["GET"])],
    )


async def _answer(call: Callable[..., Answer], request: Request) -> Response:
    return await run_in_threadpool(_respond, call, _as_json(request))


def _respond(call: Callable[..., Answer], request: Request) -> Response:
    # Behind a proxy the address that links begin with is the one that the reader used.
    address = f"{request.url.scheme}://{request.url.netloc}{request.scope['root_path']}".rstrip("/")
    built = tuple((name, store.open_territory(name).version) for name in store.built())
    api = _api(address, built)
    query = APIRequest(request, api.locales)
    if not query.is_valid(["csv"]):
        headers, status, content = api.get_format_exception(query)
    else:
        headers, status, content = call(api, query, *request.path_params.values())
    return Response(content, status, headers)


def _as_json(request: Request) -> Request:
    """Ask for JSON where a browser would be given pages: those of the library fetch scripts from other servers."""
    scope = dict(request.scope)
    if request.query_params.get("f") in (None, "html"):
        others = [(name, value) for name, value in request.query_params.multi_items() if name != "f"]
        scope["query_string"] = str(request.query_params.__class__([*others, ("f", "json")])).encode()
    return Request(scope)


def _conformance(api: API, request: APIRequest) -> Answer:
    """What the API conforms to, without the pages it does not have."""
    headers, status, content = core.conformance(api, request)
    claimed = json.loads(content)
    claimed["conformsTo"] = [each for each in claimed["conformsTo"] if not each.endswith("/html")]
    return headers, status, json.dumps(claimed)


@lru_cache(maxsize=8)
def _api(address: str, built: tuple[tuple[str, str], ...]) -> API:
    configuration = _configuration(address, built)
    return API(configuration, get_oas(configuration))


def _configuration(address: str, built: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    resources = {}
    for name, version in built:
        territory = store.Territory(store.data_root() / name / version)
        box = [float(bound) for bound in territory.layer("areas").total_bounds]
        for collection in collections(territory).values():
            resources[collection.id] = _resource(collection, f"{name}/{version}", box)
    return {
        "server": {
            "url": address,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "languages": ["en-GB"],
            "limits": {"default_items": PAGE, "max_items": LARGEST_PAGE},
            "map": {"url": "", "attribution": ""},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": "Rural needs and resources map",
                "description": "Areas, regions, services, SI projects and shortlists of the territories built here.",
                "keywords": ["rural", "access to services", "remoteness", "social innovation"],
                "keywords_type": "theme",
                "terms_of_service": "Licences differ by collection; each names its own.",
                "url": address,
            },
            "license": {"name": "Each collection names its own", "url": address},
            "provider": {"name": "Rural needs and resources map", "url": address},
            "contact": {"name": "Whoever runs this server"},
        },
        "resources": resources,
    }


def _resource(collection: Collection, version: str, box: list[float]) -> dict[str, Any]:
    return {
        "type": "collection",
        "title": collection.title,
        "description": collection.description,
        "keywords": [collection.id],
        "extents": {"spatial": {"bbox": box, "crs": WGS84}},
        "links": [
            {"type": "text/html", "rel": "license", "title": name, "href": address}
            for name, address in collection.licences.items()
        ],
        "providers": [
            {
                "type": "feature",
                "name": PROVIDER,
                "data": f"{version}/{collection.id}",
                "id_field": "id",
                "geom_field": "geometry",
                "crs": [WGS84],
                "storage_crs": WGS84,
            }
        ],
    }
