"""Areas of a built territory as they are read: table, filters, ranking, shortlist, profile, comparison, trends."""
