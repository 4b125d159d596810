"""What the data is: contracts, indicator dictionary, catalogue, store. Knows no pipeline and no screen."""

__version__ = "0.1.0"
