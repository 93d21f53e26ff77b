"""A security key in plain Python: answers what the server asks as a browser with a device would."""

import json
import os
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


class Authenticator:
    """One device with one key. ``verifies``: it asks for finger, face or PIN."""

    def __init__(self, *, origin: str, verifies: bool = True) -> None:
        self.origin = origin
        self.site = origin.partition("://")[2].partition(":")[0]
        self.flags = PRESENT | (VERIFIED if verifies else 0)
        self.id = os.urandom(32)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.count = 0

    def make(self, options: str) -> str:
        """The answer to a question for a new passkey."""
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(b"\0" * 16, self.id, public)
        data = AuthenticatorData.create(self._site_hash(), self.flags | HAS_KEY, 0, credential)
        made = AttestationObject.create("none", data, {})
        told = {"clientDataJSON": self._client("webauthn.create", options), "attestationObject": bytes(made)}
        return self._answer(told)

    def sign(self, options: str, *, count: int | None = None) -> str:
        """The answer to a question for a proof."""
        self.count = self.count + 1 if count is None else count
        data = bytes(AuthenticatorData.create(self._site_hash(), self.flags, self.count))
        client = self._client("webauthn.get", options)
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer({"clientDataJSON": client, "authenticatorData": data, "signature": signature})

    def _site_hash(self) -> bytes:
        return sha256(self.site.encode()).digest()

    def _client(self, kind: str, options: str) -> bytes:
        challenge = json.loads(options)["challenge"]
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _answer(self, response: dict[str, bytes]) -> str:
        shown: dict[str, Any] = {name: websafe_encode(value) for name, value in response.items()}
        name = websafe_encode(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": shown})
