"""One module per publisher or format: bytes in, a layer that meets the schema out."""
