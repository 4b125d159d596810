"""What the planner looks at: the view as a value, in the address, in a file, in the session."""
