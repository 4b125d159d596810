"""Who needs most: normalise, weigh, aggregate, rank, reasons."""
