"""The icon of the workspace as an app on a phone or desk: the feather on the brand's hue, in plain Python."""

import math
import struct
import zlib
from functools import lru_cache
from itertools import pairwise

SIZES = (180, 192, 512)  # pixels: Apple's, and the two that installing asks for

# The mark as lines on a grid of 24, as its icon has them.
_FEATHER = (
    "12.67,19 13.19,18.93 13.67,18.73 14.09,18.41 20.24,12.24 21.01,11.3 21.56,10.25 21.89,9.14 22,8 21.89,6.85 "
    "21.56,5.74 21.01,4.69 20.24,3.75 19.3,2.98 18.25,2.43 17.14,2.1 15.99,1.99 14.85,2.1 13.74,2.43 12.69,2.98 "
    "11.75,3.75 5.59,9.91 5.27,10.33 5.07,10.81 5,11.33 5,18 5.14,18.5 5.5,18.86 6,19 12.67,19",
    "16,8 2,22",
    "17.5,15 9,15",
)
_GRID = 24
_WIDTH = 1.75  # of the lines, on that grid
_ROUND = 0.22  # radius of the corners, as a part of the side

Colour = tuple[int, int, int]
Point = tuple[float, float]


def svg(hue: int) -> str:
    """The icon in any size: rounded, for tabs and bookmarks."""
    top, bottom = (_hex(colour) for colour in colours(hue))
    lines = "".join(f'<polyline points="{points}"/>' for points in _FEATHER)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">'
        f'<linearGradient id="g" x2=".5" y2="1"><stop stop-color="{top}"/><stop offset="1" stop-color="{bottom}"/>'
        '</linearGradient><rect width="40" height="40" rx="9" fill="url(#g)"/>'
        '<g transform="translate(8 8)" fill="none" stroke="#fff" stroke-width="1.75" stroke-linecap="round" '
        f'stroke-linejoin="round">{lines}</g></svg>'
    )


@lru_cache(maxsize=12)
def png(hue: int, size: int, *, maskable: bool = False) -> bytes:
    """The icon as a picture of ``size`` pixels a side. ``maskable``: to the edge, as some systems cut it."""
    inset = 0.24 if maskable else 0.18
    ink = _drawn(size, inset)
    top, bottom = colours(hue)
    radius = 0.0 if maskable else _ROUND * size
    rows = bytearray()
    for y in range(size):
        rows.append(0)  # no filter
        part = y / size
        red, green, blue = (round(a + (b - a) * part) for a, b in zip(top, bottom, strict=True))
        for x in range(size):
            shade = ink.get(y * size + x, 0.0)
            alpha = 255 if size * _ROUND < x < size * (1 - _ROUND) else round(255 * _inside(x, y, size, radius))
            rows += bytes((_mixed(red, shade), _mixed(green, shade), _mixed(blue, shade), alpha))
    head = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _mixed(colour: int, shade: float) -> int:
    """The colour with so much white over it."""
    return round(colour + (255 - colour) * shade)


def _inside(x: int, y: int, size: int, radius: float) -> float:
    """How much of a pixel lies within the square with round corners, 0 to 1."""
    if not radius:
        return 1.0
    across = max(radius - x - 0.5, x + 0.5 - (size - radius), 0.0)
    down = max(radius - y - 0.5, y + 0.5 - (size - radius), 0.0)
    return min(1.0, max(0.0, radius - math.hypot(across, down) + 0.5))


def _drawn(size: int, inset: float) -> dict[int, float]:
    """How much ink each pixel of the mark has, 0 to 1; the square is inset by a part of the side."""
    scale = size * (1 - 2 * inset) / _GRID
    half = _WIDTH * scale / 2
    ink: dict[int, float] = {}
    for points in _FEATHER:
        line = [tuple(size * inset + float(number) * scale for number in pair.split(",")) for pair in points.split()]
        for (ax, ay), (bx, by) in pairwise(line):
            for y in range(int(min(ay, by) - half - 1), int(max(ay, by) + half + 2)):
                for x in range(int(min(ax, bx) - half - 1), int(max(ax, bx) + half + 2)):
                    shade = half - _distance((x + 0.5, y + 0.5), (ax, ay), (bx, by)) + 0.5
                    if shade > 0:
                        place = y * size + x
                        ink[place] = max(ink.get(place, 0.0), min(1.0, shade))
    return ink


def _distance(point: Point, start: Point, end: Point) -> float:
    """From a point to a line between two others."""
    (px, py), (ax, ay), (bx, by) = point, start, end
    length = (bx - ax) ** 2 + (by - ay) ** 2
    part = 0.0 if not length else min(1.0, max(0.0, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length))
    return math.hypot(px - ax - part * (bx - ax), py - ay - part * (by - ay))


def colours(hue: int) -> tuple[Colour, Colour]:
    """The two ends of the gradient, as ``--mark-1`` and ``--mark-2`` in tokens.css."""
    return _rgb(0.62, 0.17, hue), _rgb(0.46, 0.2, hue + 18)


@lru_cache(maxsize=12)
def theme_colour(hue: int) -> str:
    """The brand's colour as ``#rrggbb``, for what only takes that."""
    return _hex(_rgb(0.51, 0.19, hue))


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _rgb(lightness: float, chroma: float, hue: int) -> Colour:
    """A colour of OKLCH in sRGB; what a screen cannot show is cut off."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    red, green, blue = (_gamma(max(0.0, min(1.0, part))) for part in linear)
    return red, green, blue


def _gamma(part: float) -> int:
    return round(255 * (12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055))
