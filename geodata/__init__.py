"""What the data is: contracts, indicator dictionary, catalogue of sources, store. Knows no pipeline and no screen."""
