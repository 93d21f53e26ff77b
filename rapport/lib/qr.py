"""QR codes as the path of an SVG, so that a template draws them in its own colours and no image is made."""

from dataclasses import dataclass

import segno

BORDER = 4  # modules of white around it, which readers need


@dataclass(frozen=True)
class Drawing:
    """``path`` fills the dark modules of a square of ``size`` × ``size``."""

    size: int
    path: str


def draw(text: str) -> Drawing:
    """The code of a text, with enough to spare that a dirty screen does no harm."""
    rows = list(segno.make(text, error="m", micro=False).matrix_iter(border=BORDER))
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Drawing(len(rows), path)
