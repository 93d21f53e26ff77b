"""Web addresses that people type: only http and https, so that no link can run a script."""

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

from rapport.lib.domains import ascii_domain, check_domain
from rapport.lib.text import clean_line

MOST_URL = 2_000
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,30}):")
_PORT = re.compile(r":[0-9]{1,5}(?:[/?#]|$)")
_WWW = re.compile(r"www[0-9]?\.(?=[^.]+\.)")


def check_url(text: str) -> str:
    """The address, with ``https://`` in front when nothing was, its host in lower case.

    ``ValueError`` with a sentence for the person when it is no web address. A host without a dot (``http://intranet``)
    is taken only when ``http`` or ``https`` was written with it.
    """
    if len(text) > MOST_URL * 2:
        raise ValueError(_("This web address is too long: at most 2,000 characters are possible."))
    line = clean_line(text, MOST_URL * 2).strip('<>"“”„')
    if not line:
        raise ValueError(_("Enter a web address, for example https://example.com."))
    if " " in line or "\\" in line or '"' in line or "<" in line or ">" in line:
        raise ValueError(_("A web address has no spaces, quotes or backslashes. Remove them."))
    explicit = _names_scheme(line)
    parts = _split(line if explicit else "https://" + line.lstrip("/"))
    if "@" in parts.netloc:
        raise ValueError(_("A web address with a name or password in it is not kept. Remove what stands before @."))
    url = parts._replace(netloc=_host(parts, explicit), path="" if parts.path == "/" else parts.path).geturl()
    if len(url) > MOST_URL:
        raise ValueError(_("This web address is too long: at most 2,000 characters are possible."))
    return url


def domain_of(text: str) -> str:
    """The domain in a web address, an e-mail address or a bare domain: ASCII, lower case, without "www."; "" if none.

    Other parts in front stay (``shop.example.com``): what belongs together there only its owner knows.
    """
    line = text.strip()[: MOST_URL * 2]
    if "://" in line[:40]:
        line = line.partition("://")[2]
    host = re.split(r"[/?#\\\s]", line.lstrip("/"), maxsplit=1)[0].rpartition("@")[2].partition(":")[0]
    try:
        domain = ascii_domain(check_domain(host.rstrip(".")))
    except ValueError:
        return ""
    return _WWW.sub("", domain, count=1) if domain.startswith("www") else domain


def _names_scheme(line: str) -> bool:
    """Whether the text says http or https; ``ValueError`` when it says something else (``javascript:``, ``ftp:``)."""
    match = _SCHEME.match(line)
    if not match or (_PORT.match(line, match.end() - 1) and "." in match[1]):
        return False
    if match[1].lower() not in ("http", "https") or not line[match.end() :].startswith("//"):
        raise ValueError(_("Only web addresses that begin with http:// or https:// can be kept here."))
    return True


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _port = parts.port  # raises for a port that is no number
    except ValueError as error:
        raise ValueError(_("This is no web address. It looks like https://example.com.")) from error
    return parts


def _host(parts: SplitResult, explicit: bool) -> str:
    """The host as it is shown, with its port."""
    port = f":{parts.port}" if parts.port is not None else ""
    host = parts.hostname or ""
    if explicit and ("." not in host or host.replace(".", "").isdigit()) and _is_inside(host):
        return (f"[{host}]" if ":" in host else host) + port
    return check_domain(host.rstrip(".")) + port


def _is_inside(host: str) -> bool:
    """Whether this is a host of one's own network: a number or a bare name."""
    try:
        ip_address(host)
    except ValueError:
        return bool(re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", host)) and not host.isdigit()
    return True
