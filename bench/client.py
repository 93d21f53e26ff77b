"""One visitor: keeps the connection and the cookies, signs in like people do."""

import http.client
import re
from urllib.parse import urlencode


class Visitor:
    """A browser without a window."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.csrf = ""

    def get(self, path: str) -> tuple[int, bytes]:
        """Fetch a page."""
        return self._request("GET", path, None)

    def post(self, path: str, form: dict[str, str]) -> tuple[int, bytes]:
        """Send a form."""
        return self._request("POST", path, urlencode({**form, "csrfmiddlewaretoken": self.csrf}))

    def sign_in(self, email: str, password: str) -> None:
        """Go through the sign-in page."""
        self.take_token("/sign-in")
        status, _body = self.post("/sign-in", {"email": email, "password": password})
        if status not in (302, 303):
            raise SystemExit(f"Signing in as {email} gave {status}.")
        self.take_token("/people/new")

    def take_token(self, path: str) -> None:
        """Remember the token that this session's forms carry."""
        _status, body = self.get(path)
        found = re.search(rb'name="csrfmiddlewaretoken"[^>]*value="([^"]+)"', body) or re.search(
            rb'"X-CSRFToken"[^"]*"([^"]+)"', body.replace(b"&#34;", b'"').replace(b"&quot;", b'"')
        )
        self.csrf = found.group(1).decode() if found else self.cookies.get("rapport_csrf", "")

    def _request(self, method: str, path: str, body: str | None) -> tuple[int, bytes]:
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Accept": "text/html",
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        content = response.read()
        for header in response.headers.get_all("Set-Cookie", []):
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name.strip()] = value
        return response.status, content
