"""A tiny OpenID Connect provider on this machine, which can also misbehave: ``spoil`` changes what it says."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "rapport", "a secret & more"


class Provider:
    """``person`` holds the claims of whoever signs in there; ``spoil`` what is put over them or over the answers."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.person: dict[str, Any] = {}
        self.spoil: dict[str, Any] = {}
        self.asked: dict[str, dict[str, str]] = {}
        self.issuer = ""

    def visit(self, url: str) -> str:
        """What the browser does: signs in there. The query of the way back."""
        asked = {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}
        assert asked["client_id"] == CLIENT and asked["code_challenge_method"] == "S256"
        code = f"code{len(self.asked)}"
        self.asked[code] = asked
        return f"?code={code}&state={asked['state']}"

    def about(self) -> dict[str, Any]:
        """The discovery document."""
        told = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        return {**told, **self.spoil.get("about", {})}

    def tokens(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The answer to a code; None refuses."""
        pair = base64.b64encode(b"rapport:a%20secret%20%26%20more").decode()
        asked = self.asked.pop(form.get("code", ""), None)
        if asked is None or authorization != f"Basic {pair}":
            return None
        challenge = base64.urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if challenge != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "subject-1", "iat": now, "exp": now + 300,
            "nonce": asked["nonce"], **self.person, **self.spoil.get("claims", {}),
        }  # fmt: skip
        key = self.spoil.get("key", self.key)
        header = {"alg": self.spoil.get("alg", "RS256"), "kid": "one"}
        token = self.spoil.get("token") or jwt.encode(header, claims, key, algorithms=[header["alg"]])
        return {"id_token": token, "access_token": "a", "token_type": "Bearer"}


@contextmanager
def running() -> Iterator[Provider]:
    """The provider, at a port of this machine."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/keys"):
                self.answer({"keys": [provider.key.as_dict(private=False)]})
            elif self.path == "/.well-known/openid-configuration":
                self.answer(provider.about())
            else:
                self.answer(None)

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {key: values[0] for key, values in parse_qs(raw).items()}
            self.answer(provider.tokens(form, self.headers.get("Authorization", "")))

        def answer(self, told: dict[str, Any] | None) -> None:
            body = json.dumps(told).encode()
            self.send_response(200 if told is not None else 400)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_parts: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
