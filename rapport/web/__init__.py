"""Assembles the product: addresses, navigation, home, the palette, error pages and what guards every answer."""
