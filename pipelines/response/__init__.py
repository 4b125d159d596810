"""What can be done: projects near, who can help."""
