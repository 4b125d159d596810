"""The official definitions of remoteness, side by side: pure functions that know neither sources nor screens."""
