"""Nearest services over a road network, side by side with pandana and networkx: seconds, peak memory, agreement.

    .venv/bin/pip install pandana==0.8        # AGPL, for this comparison only; without it its rows are left out
    python -m benchmarks.network              # Liechtenstein, and 1 million nodes (pandana takes most of the time)
    python -m benchmarks.network --nodes 100000

From every node to its nearest and its 3 nearest services. `build` goes from arrays of nodes and edges to a network
that can be asked (for pandana with its contraction hierarchies); placing the services is part of each question.
`end to end` is build and both questions. Each library has a process of its own; MB are the peak above the arrays.
networkx has no question for 3 nearest: it searches from each service, on large networks from 3 of them, times their
number (~). pandana is told to look no farther than 60 minutes, ours and networkx have no limit.
"""

import argparse
import multiprocessing
import os
import platform
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from pipelines.access.travel import roads
from pipelines.access.travel.network import Legs, Network
from pipelines.sources.osm import extract as osm

LIECHTENSTEIN = Path(__file__).parents[2] / "shared/opendata/osm/liechtenstein-latest.osm.pbf"
FARTHEST = 60.0  # minutes pandana looks
LARGE = 100_000  # nodes from which networkx is asked for a part


@dataclass(frozen=True)
class Roadmap:
    title: str
    lon: np.ndarray
    lat: np.ndarray
    edges: pd.DataFrame  # tail, head, minutes, km
    services: np.ndarray  # nodes


@dataclass(frozen=True)
class Result:
    build: float
    nearest: dict[int, float]  # seconds by k
    minutes: dict[int, np.ndarray]
    mb: float = 0.0
    estimated: bool = False


def synthetic(nodes: int, services: int) -> Roadmap:
    """A country of streets in blocks of 250 m, every 8th a main road and every 64th a trunk road.

    15 of 100 streets are missing and 8 one-way; most have a node or two between their ends, as mapped roads do.
    """
    rng = np.random.default_rng(1)
    side = round((nodes / 2.7) ** 0.5)
    corner = np.arange(side * side).reshape(side, side)
    a = np.concatenate([corner[:, :-1].ravel(), corner[:-1].ravel()])
    b = np.concatenate([corner[:, 1:].ravel(), corner[1:].ravel()])
    line = np.concatenate([np.repeat(np.arange(side), side - 1), np.tile(np.arange(side), side - 1)])
    kmh = np.select([line % 64 == 0, line % 8 == 0], [100, 65], 25)
    kept = (rng.random(len(a)) < 0.85) | (kmh > 25)
    a, b, kmh = a[kept], b[kept], kmh[kept]
    km, steps = 0.25 * rng.uniform(1, 1.3, len(a)), rng.integers(1, 4, len(a))
    street = np.repeat(np.arange(len(a)), steps)
    step = np.arange(len(street)) - np.repeat(np.cumsum(steps) - steps, steps)
    between = side * side + np.cumsum(step > 0) - 1
    tail = np.where(step == 0, a[street], between)
    head = np.where(step == steps[street] - 1, b[street], np.append(between[1:], 0))
    length = km[street] / steps[street]
    both = ~((rng.random(len(a)) < 0.08) & (kmh == 25))[street]
    inner, part = street[step > 0], (step / steps[street])[step > 0]
    x, y = (
        np.append(place, place[a[inner]] * (1 - part) + place[b[inner]] * part)
        for place in (corner.ravel() % side * 0.0033, corner.ravel() // side * 0.00225)
    )
    edges = pd.DataFrame(
        {
            "tail": np.append(tail, head[both]),
            "head": np.append(head, tail[both]),
            "km": np.append(length, length[both]),
        }
    )
    edges["minutes"] = edges["km"] / np.append(kmh[street], kmh[street][both]) * 60
    made = Network(x, y + 46, *(edges[name].to_numpy() for name in ("tail", "head", "minutes", "km")))
    return roadmap("synthetic", made.without_small_parts(50), rng.integers(0, side * side, services))


def roadmap(title: str, made: Network, services: np.ndarray) -> Roadmap:
    return Roadmap(title, made.lon, made.lat, made.edges, np.unique(services % made.nodes))


def liechtenstein() -> Roadmap:
    """Roads of the extract; the services are the nodes that its supermarkets, schools and pharmacies are reached at."""
    services = osm.read_services(LIECHTENSTEIN)
    services = services[services["category"].isin(["supermarket", "school", "pharmacy"])]
    made = roads.network(osm.read_roads(LIECHTENSTEIN))
    return roadmap("Liechtenstein", made, roads.Roads(made, date=None).legs(services.geometry).node)


def ours(given: Roadmap) -> Result:
    start = time.perf_counter()
    columns = (given.edges[name].to_numpy() for name in ("tail", "head", "minutes", "km"))
    made = Network(given.lon, given.lat, *columns)
    build, seconds, minutes = time.perf_counter() - start, {}, {}
    for k in (1, 3):
        start = time.perf_counter()
        legs = Legs(given.services, np.zeros(len(given.services)), np.zeros(len(given.services)))
        minutes[k] = made.nearest(legs, k=k).minutes
        seconds[k] = time.perf_counter() - start
    return Result(build, seconds, minutes)


def pandana(given: Roadmap) -> Result:
    import pandana

    start = time.perf_counter()
    x, y, edges = pd.Series(given.lon), pd.Series(given.lat), given.edges
    made = pandana.Network(x, y, edges["tail"], edges["head"], edges[["minutes"]], twoway=False)
    build, seconds, minutes = time.perf_counter() - start, {}, {}
    for k in (1, 3):
        start = time.perf_counter()
        made.set_pois(f"services {k}", FARTHEST, k, x.iloc[given.services], y.iloc[given.services])
        found = made.nearest_pois(FARTHEST, f"services {k}", num_pois=k)
        seconds[k] = time.perf_counter() - start
        minutes[k] = found.to_numpy()
    return Result(build, seconds, minutes)


def networkx(given: Roadmap) -> Result:
    import networkx as nx

    n, edges = len(given.lon), given.edges
    start = time.perf_counter()
    graph = nx.DiGraph()
    graph.add_nodes_from(range(n))
    reversed_edges = (edges[name].tolist() for name in ("head", "tail", "minutes"))
    graph.add_weighted_edges_from(zip(*reversed_edges, strict=True))
    build = time.perf_counter() - start

    start = time.perf_counter()
    found = nx.multi_source_dijkstra_path_length(graph, set(given.services.tolist()))
    nearest = np.full(n, np.inf)
    nearest[list(found)] = list(found.values())
    seconds, minutes = {1: time.perf_counter() - start}, {1: nearest[:, None]}

    few = given.services[:3] if n > LARGE else given.services
    start = time.perf_counter()
    table = np.full((len(few), n), np.inf)
    for row, node in enumerate(few.tolist()):
        found = nx.single_source_dijkstra_path_length(graph, node)
        table[row, list(found)] = list(found.values())
    seconds[3] = (time.perf_counter() - start) / len(few) * len(given.services)
    if len(few) == len(given.services):
        minutes[3] = np.sort(table, axis=0)[:3].T
    return Result(build, seconds, minutes, estimated=len(few) < len(given.services))


def memory(field: str) -> float:
    """Resident memory of this process in MB: VmRSS now, VmHWM at its peak."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(field))
    return int(line.split()[1]) / 1024


def run(library: Callable[[Roadmap], Result], given: Roadmap, answer: multiprocessing.Queue) -> None:
    """The best of three on a small network, once on a large one."""
    __import__(library.__name__ if library is not ours else "scipy.sparse.csgraph")  # loaded before the clock starts
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # pandana reports its progress there
    before = memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = [library(given) for _ in range(1 if len(given.lon) > LARGE else 3)]
    best = min(results, key=lambda result: result.build + sum(result.nearest.values()))
    answer.put(Result(best.build, best.nearest, best.minutes, memory("VmHWM") - before, best.estimated))


def measured(library: Callable[[Roadmap], Result], given: Roadmap) -> Result:
    """Seconds, MB and minutes, from a process of its own."""
    forked = multiprocessing.get_context("fork")
    answer = forked.Queue()
    process = forked.Process(target=run, args=(library, given, answer))
    process.start()
    result = answer.get()
    process.join()
    return result


def apart(theirs: Result, own: Result) -> str:
    """Largest difference in minutes where both reach, below the peer's limit."""
    gaps = [
        np.abs(minutes - own.minutes[k])[(minutes < FARTHEST) & np.isfinite(own.minutes[k])].max()
        for k, minutes in theirs.minutes.items()
    ]
    return f"{max(gaps):.0e}"


def seconds(value: float, own: float, *, estimated: bool = False) -> str:
    """Seconds, and how many times ours."""
    short = [f"{number:,.0f}" if number >= 100 else f"{number:.2g}" for number in (value, value / own)]
    return f"{'~' * estimated}{short[0]} ({short[1]} x)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=1_000_000, help="nodes of the synthetic network")
    nodes = parser.parse_args().nodes
    console = Console(width=150)
    libraries: list[Callable[[Roadmap], Result]] = [ours, networkx]
    try:
        peers = f"pandana {version('pandana')}, networkx {version('networkx')}"
        libraries.insert(1, pandana)
    except PackageNotFoundError:
        peers = f"networkx {version('networkx')}"
        console.print("pandana is not installed; its rows are left out (pip install pandana==0.8).")
    maps = [synthetic(nodes, max(10, nodes // 1000))]
    if LIECHTENSTEIN.exists():
        maps.insert(0, liechtenstein())
    else:
        console.print(f"Liechtenstein is left out: there is no {LIECHTENSTEIN.name} in ../shared/opendata/osm.")
    table = Table(
        title=f"Every node to its nearest services: seconds (times ours); ours on SciPy {version('scipy')}, {peers}",
        caption=f"Python {platform.python_version()}, {os.cpu_count()} cores; the difference is in minutes",
    )
    for column in (
        "network",
        "library",
        "build",
        "nearest 1",
        "nearest 3",
        "end to end",
        "both questions",
        "peak MB",
        "difference",
    ):
        table.add_column(column, justify="left" if column in ("network", "library") else "right")
    for given in maps:
        own = measured(ours, given)
        for library in libraries:
            found = own if library is ours else measured(library, given)
            asked, own_asked = sum(found.nearest.values()), sum(own.nearest.values())
            table.add_row(
                f"{given.title}: {len(given.lon):,} nodes, {len(given.edges):,} edges, {len(given.services):,} services"
                if library is ours
                else "",
                library.__name__,
                seconds(found.build, own.build),
                seconds(found.nearest[1], own.nearest[1]),
                seconds(found.nearest[3], own.nearest[3], estimated=found.estimated),
                seconds(found.build + asked, own.build + own_asked, estimated=found.estimated),
                seconds(asked, own_asked, estimated=found.estimated),
                f"{found.mb:,.0f}",
                "" if library is ours else apart(found, own),
            )
        table.add_section()
    console.print(table)


if __name__ == "__main__":
    main()
