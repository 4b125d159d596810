"""What the planner sees. Computes nothing that a pipeline could."""
