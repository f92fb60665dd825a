"""Map layers from strangers: GeoJSON, KML and shapefiles to checked features in longitude and latitude.

    bytes --packed--> members --geojson | kml | shapefile--> Feature --checks--> WKB, CRS84, area on the
    ellipsoid

Every reader is a function of bytes and limits, and gives `Feature`s in the order of the file. A layer that is
not in longitude and latitude on WGS 84 is refused by the name of its system: a map shifted in silence is
worse than none.
"""
