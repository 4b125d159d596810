"""Travel models: from places to destinations in minutes."""
