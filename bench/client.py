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

    def upload(self, path: str, form: dict[str, str], name: str, content: bytes) -> tuple[int, bytes]:
        """Send a form with one file in its field ``files``."""
        border = "a-border-that-no-file-of-ours-contains"
        fields = {**form, "csrfmiddlewaretoken": self.csrf}.items()
        parts = [
            f'--{border}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in fields
        ]
        head = f'--{border}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
        body = "".join([*parts, head]).encode() + content + f"\r\n--{border}--\r\n".encode()
        return self._request("POST", path, body, f"multipart/form-data; boundary={border}")

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

    def _request(
        self, method: str, path: str, body: str | bytes | None, kind: str = "application/x-www-form-urlencoded"
    ) -> tuple[int, bytes]:
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Accept": "text/html",
        }
        if body is not None:
            headers["Content-Type"] = kind
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        content = response.read()
        for header in response.headers.get_all("Set-Cookie", []):
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name.strip()] = value
        return response.status, content
