"""What browsers call themselves, in words: “Firefox on Windows”. A guess that helps to know one's own devices."""

from django.utils.translation import gettext as _

# The first that is found counts: Edge calls itself Chrome, Chrome calls itself Safari.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("Vivaldi", "Vivaldi"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chromium", "Chromium"), ("Chrome", "Chrome"),
    ("Safari", "Safari"), ("curl", "curl"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"),
    ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip
_HANDHELD = ("iPhone", "iPad", "Android")


def in_words(agent: str) -> str:
    """The browser and what it runs on, or that nothing is known."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")


def is_handheld(agent: str) -> bool:
    """Whether it is a phone or a tablet."""
    return any(mark in agent for mark in _HANDHELD)
