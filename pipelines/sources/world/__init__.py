"""Publishers of the whole world: GeoNames, Natural Earth, JRC, airports and ports."""
