"""Build of Italy from the bundled snapshot: seconds and peak memory, each in a fresh process.

python -m benchmarks.build
"""

import resource
import subprocess
import sys
import tempfile
import time

from rich.console import Console
from rich.table import Table

RUNS = 3


def measure() -> tuple[float, float]:
    """Seconds and peak MB of one build, interpreter start included."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "pipelines", "build", "italy", "--data", folder],
            check=True,
            stderr=subprocess.DEVNULL,
        )
        seconds = time.perf_counter() - start
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main() -> None:
    table = Table(
        "run", "seconds", "peak MB (highest so far)", title="Build of Italy, 7,901 areas; aim: 45 s, 2,000 MB"
    )
    for run in range(RUNS):
        seconds, megabytes = measure()
        table.add_row(str(run + 1), f"{seconds:.1f}", f"{megabytes:,.0f}")
    Console().print(table)


if __name__ == "__main__":
    main()
