"""Maps, drawn as SVG."""
