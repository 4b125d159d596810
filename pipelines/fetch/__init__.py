"""The publishers' files: downloaded once, kept by their content, and laid out in a folder for the build."""
