"""The logo of the workspace: looked at before it is believed, and kept in the database beside the settings.

It belongs to no record, is small, and must be there when nobody is signed in, so it is no file of the data folder.
"""

import hashlib
from dataclasses import dataclass

from django.utils.translation import gettext as _

from rapport.core.errors import Invalid
from rapport.lib.file_kinds import HEAD, IMAGES, image_size, sniff
from rapport.lib.wording import file_size
from rapport.workspace.models import Logo

MOST_BYTES = 512 * 1024
SIDE = (32, 2048)  # pixels: the least and the most of either side
_DIGITS = 16  # of the digest


@dataclass(frozen=True)
class Picture:
    """Bytes that may be shown as a picture, and their media type."""

    content: bytes
    kind: str


def look_at(content: bytes) -> Picture:
    """The picture in these bytes; Invalid with a sentence if they hold none, or one that is too large or too small."""
    if len(content) > MOST_BYTES:
        raise Invalid(
            {"logo": [_("This picture is larger than %(size)s. Save it smaller.") % {"size": file_size(MOST_BYTES)}]}
        )
    kind = sniff(content[:HEAD])
    size = image_size(content[:HEAD], kind) if kind in IMAGES else None
    if size is None:
        raise Invalid({"logo": [_("This is no picture that can be a logo. Take a PNG, JPEG, GIF or WebP.")]})
    least, most = SIDE
    if not all(least <= side <= most for side in size):
        text = _("This picture has %(width)s × %(height)s pixels. Each side must have %(least)s to %(most)s.")
        values = {"width": size.width, "height": size.height, "least": least, "most": most}
        raise Invalid({"logo": [text % values]})
    return Picture(content, kind)


def keep(picture: Picture | None) -> str:
    """Puts the picture in the place of the one before and returns the beginning of its digest; None: takes it away."""
    Logo.objects.all().delete()
    if picture is None:
        return ""
    digest = hashlib.sha256(picture.content).hexdigest()[:_DIGITS]
    Logo.objects.create(content=picture.content, kind=picture.kind, digest=digest)
    return digest


def current() -> Logo | None:
    """The picture that is kept."""
    return Logo.objects.order_by("-pk").first()
