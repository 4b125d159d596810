"""Publishers of one country, a folder each."""
