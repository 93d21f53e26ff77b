"""Names of files as people gave them, made fit to be shown, stored and sent."""

from urllib.parse import quote

from rapport.lib.text import composed, harmless

LIMIT = 200  # characters
_LIMIT_BYTES = 240  # of UTF-8: file systems take 255
_MOST_EXTENSION = 12
_SIGNS = str.maketrans(dict.fromkeys('<>:"|?*', "_"))  # no file system of Windows takes them


def clean_file_name(text: str) -> str:
    """The bare name: no path, no control or direction signs, no dots or spaces around it; "file" if nothing is left.

    What is too long is cut in front of its extension.
    """
    bare = text.replace("\\", "/").rsplit("/", 1)[-1]
    name = composed(" ".join(harmless(bare).translate(_SIGNS).split())).strip(". ")
    if not name:
        return "file"
    if len(name) <= LIMIT and len(name.encode()) <= _LIMIT_BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > _MOST_EXTENSION or not stem:
        stem, dot, extension = name, "", ""
    tail = dot + extension
    stem = stem[: LIMIT - len(tail)]
    while len(stem.encode()) + len(tail.encode()) > _LIMIT_BYTES:
        stem = stem[:-1]
    return stem.rstrip(". ") + tail or "file"


def extension_of(name: str) -> str:
    """The part behind the last dot, in small letters; "" if there is none."""
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem else ""


def disposition(name: str, *, inline: bool = False) -> str:
    """The header Content-Disposition (RFC 6266): a plain name for old programs, the true one beside it."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._- ") else "_" for sign in name)
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
