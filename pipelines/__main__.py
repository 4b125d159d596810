"""`python -m pipelines`: the command line."""

from pipelines.cli.main import main

main()
