"""A built territory as it is read: table, filters, ranking, shortlist, profile, comparison, trends."""
