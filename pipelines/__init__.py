"""From open data to a built territory, and from indicators to decisions. Knows no screen."""
