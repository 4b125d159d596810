"""Italian publishers: openpolis, ISTAT."""
