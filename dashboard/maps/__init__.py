"""The map: classes, colours, legend, and the two scripts that draw it."""
