"""When and where: an edition's dated claims, later events and responses on one line of time, and on its map.

    entries     what is dated, with how precisely; what is placed, with how precisely
    chart       the line of time as SVG
    places      the map of where, as SVG

Nothing is made more precise than it was stated: a month is drawn as a month, a province as a whole province.
"""
