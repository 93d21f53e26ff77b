"""OpenID Connect, the part of a client: the way to the provider, and what it says about who came back.

Authorisation code with PKCE, state and nonce. What must not get lost on the way stands in an encrypted cookie, so
asking writes nothing down. Signatures are checked by ``joserfc``.
"""

import base64
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from rapport.lib import clock, outward, vault
from rapport.lib.tokens import same

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
LASTS = 600  # seconds between going and coming back
_LEEWAY = 60  # seconds by which the clocks may differ
_KEPT = 300.0  # seconds for which what a provider says about itself is remembered
_PURPOSE = "provider way"
_SILENT = 15.0  # seconds for which a provider that did not answer is not asked again: strangers can ask, too
_known: dict[str, tuple[float, dict[str, Any]]] = {}
_silent: dict[str, tuple[float, str]] = {}


class Failed(Exception):
    """The sign-in did not come about. The text says what was wrong, without values; it is for the log and the admin."""


@dataclass(frozen=True)
class Client:
    """Who we are at the provider."""

    issuer: str
    client_id: str
    secret: str
    redirect: str


@dataclass(frozen=True)
class Way:
    """``url`` leads to the provider; ``cookie`` is what must come back with the answer."""

    url: str
    cookie: str


@dataclass(frozen=True)
class Claims:
    """Who came back. ``email`` only where the provider has verified it, else ""."""

    subject: str
    email: str
    name: str
    after: str


def about(issuer: str) -> dict[str, Any]:
    """What the provider says about itself; Failed when it does not, or says that it is somebody else."""
    known = _known.get(issuer)
    if known and time.monotonic() - known[0] < _KEPT:
        return known[1]
    silent = _silent.get(issuer)
    if silent and time.monotonic() - silent[0] < _SILENT:
        raise Failed(silent[1])
    try:
        told = _asked(issuer)
    except Failed as failed:
        _silent[issuer] = (time.monotonic(), str(failed))
        raise
    if len(_known) > 10:
        _known.clear()
    _known[issuer] = (time.monotonic(), told)
    return told


def _asked(issuer: str) -> dict[str, Any]:
    told = _json(issuer.rstrip("/") + "/.well-known/openid-configuration")
    if str(told.get("issuer", "")) != issuer:
        raise Failed(_("the provider calls itself by another issuer"))
    needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if not all(isinstance(told.get(key), str) and outward.is_allowed(told[key]) for key in needed):
        raise Failed(_("the provider does not say where to go"))
    return told


def forget() -> None:
    """Makes the next question about a provider a new one."""
    _known.clear()
    _silent.clear()


def way(client: Client, after: str) -> Way:
    """The way to the provider and back to the page ``after``."""
    endpoint = about(client.issuer)["authorization_endpoint"]
    kept = {
        "state": secrets.token_urlsafe(32),
        "nonce": secrets.token_urlsafe(32),
        "verifier": secrets.token_urlsafe(48),
        "after": after,
        "issuer": client.issuer,
        "at": clock.now().timestamp(),
    }
    asked = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": client.redirect,
        "scope": "openid email profile",
        "state": kept["state"],
        "nonce": kept["nonce"],
        "code_challenge": _b64(sha256(str(kept["verifier"]).encode()).digest()),
        "code_challenge_method": "S256",
    }
    sign = "&" if "?" in endpoint else "?"
    return Way(endpoint + sign + urlencode(asked), vault.lock(json.dumps(kept), _PURPOSE))


def came_back(client: Client, cookie: str, answer: Mapping[str, str]) -> Claims:
    """Who came back with this answer; Failed unless everything about it is right."""
    kept = _kept(client, cookie)
    if not same(str(kept["state"]), answer.get("state", "")):
        raise Failed(_("the state is not ours"))
    told = about(client.issuer)
    if answer.get("iss", client.issuer) != client.issuer:
        raise Failed(_("the answer is of another issuer"))
    code = answer.get("code", "")
    if not code or len(code) > 4000:
        raise Failed(_("the provider refused"))
    given = _tokens(client, told, code, str(kept["verifier"]))
    claims = _verified(client, told, str(given.get("id_token", "")), str(kept["nonce"]))
    if "email" not in claims and isinstance(told.get("userinfo_endpoint"), str):
        headers = {"Authorization": f"Bearer {given.get('access_token', '')}"}
        more = _json(told["userinfo_endpoint"], headers=headers)
        if more.get("sub") != claims["sub"]:
            raise Failed(_("the answers are about different people"))
        claims = {**more, **claims}
    email = str(claims.get("email", "")) if claims.get("email_verified") is True else ""
    return Claims(str(claims["sub"])[:255], email[:254], str(claims.get("name", ""))[:120], str(kept["after"]))


def _kept(client: Client, cookie: str) -> dict[str, Any]:
    try:
        kept: dict[str, Any] = json.loads(vault.unlock(cookie, _PURPOSE))
    except vault.CannotUnlock as error:
        raise Failed(_("the browser has lost the way")) from error
    if not 0 <= clock.now().timestamp() - kept["at"] <= LASTS or kept["issuer"] != client.issuer:
        raise Failed(_("it took too long"))
    return kept


def _tokens(client: Client, told: Mapping[str, Any], code: str, verifier: str) -> dict[str, Any]:
    """Exchanges the code, which only we can: with our secret, and with the number we began with."""
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": client.redirect,
        "client_id": client.client_id, "code_verifier": verifier,
    }  # fmt: skip
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if "client_secret_basic" in told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]):
        pair = f"{quote(client.client_id, safe='')}:{quote(client.secret, safe='')}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    else:
        form["client_secret"] = client.secret
    return _json(told["token_endpoint"], body=urlencode(form).encode(), headers=headers)


def _verified(client: Client, told: Mapping[str, Any], token: str, nonce: str) -> dict[str, Any]:
    """The claims of the token: signed by the provider, for us, now, and in answer to our question."""
    try:
        keys = KeySet.import_key_set(_json(told["jwks_uri"]))  # type: ignore[arg-type]
        claims = dict(jwt.decode(token, keys, algorithms=ALGORITHMS).claims)
        registry = jwt.JWTClaimsRegistry(
            now=int(clock.now().timestamp()),
            leeway=_LEEWAY,
            iss={"essential": True, "value": client.issuer},
            aud={"essential": True, "value": client.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        registry.validate(claims)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Failed(_("its token is not right (%(kind)s)") % {"kind": type(error).__name__}) from error
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != client.client_id:
        raise Failed(_("the token is for somebody else"))
    if not same(str(claims.get("nonce", "")), nonce):
        raise Failed(_("the token answers another question"))
    return claims


def _json(url: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    try:
        answer = outward.fetch(url, body=body, headers={"Accept": "application/json", **(headers or {})})
    except outward.Unreachable as error:
        raise Failed(_("the provider cannot be reached: %(reason)s") % {"reason": error}) from error
    if answer.status != 200:
        raise Failed(_("the provider answered %(status)s") % {"status": answer.status})
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise Failed(_("the provider did not answer in JSON")) from error
    if not isinstance(told, dict):
        raise Failed(_("the provider did not answer in JSON"))
    return told


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
