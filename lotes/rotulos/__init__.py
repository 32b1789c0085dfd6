"""Labels: of a lot, of a product, of its place on the shelf. One plan in millimetres, drawn as SVG or as ZPL."""
