"""What several publishers share: tables, coverages, figures, feeds."""
