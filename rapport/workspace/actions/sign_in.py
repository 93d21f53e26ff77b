"""Verbs on how people sign in here: who must have a second factor, the provider of single sign-on, passwords or not."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.accounts.models import ProviderAccount, Role, SignInProvider, Workspace
from rapport.core.audit.notes import changed, tell
from rapport.core.errors import Invalid
from rapport.core.events.emit import acting
from rapport.lib import vault
from rapport.lib.text import clean_line
from rapport.workspace import oidc
from rapport.workspace.actions.common import demand_administrator, refuse_stale, state
from rapport.workspace.provider import VAULT

RULES = ("", "administrators", "everybody")
_MOST_DOMAINS = 50


@dataclass(frozen=True)
class SignInRules:
    """How people sign in. ``secret`` "" keeps what is there; ``role_id`` None: unknown people get no account."""

    second_factor: str = ""
    has_passwords: bool = True
    is_on: bool = False
    label: str = ""
    issuer: str = ""
    client_id: str = ""
    secret: str = ""
    domains: str = ""
    role_id: int | None = None
    asks_factor: bool = False


def present_rules() -> tuple[SignInRules, SignInProvider]:
    """How it is now; the secret is never among it."""
    house = Workspace.objects.order_by("pk").first() or Workspace()
    row = SignInProvider.objects.order_by("pk").first() or SignInProvider()
    rules = SignInRules(
        house.second_factor, house.has_passwords, row.is_on, row.label, row.issuer, row.client_id, "",
        row.domains, row.role_id, row.asks_factor,
    )  # fmt: skip
    return rules, row


def rules_state(rules: SignInRules) -> str:
    """What a form saw."""
    return state([str(value) for value in _audited(rules).values()])


def change_sign_in(actor: Actor, rules: SignInRules, *, seen: str = "") -> None:
    """Writes the rules down. A provider is asked about itself first: what does not answer is not switched on."""
    demand_administrator(actor)
    before, row = present_rules()
    rules = _cleaned(rules, row)
    with acting(actor, "workspace.sign_in_changed") as act:
        house = Workspace.objects.select_for_update().order_by("pk").first() or Workspace.objects.create()
        before, row = present_rules()
        refuse_stale(seen, rules_state(before))
        if not rules.has_passwords:
            _demand_another_way(actor, rules, row)
        told = changed(_audited(before), _audited(rules))
        if rules.secret:
            told["secret"] = ["", _("changed")]
        tell(actor, act, "workspace.sign_in_changed", {"changes": told})
        house.second_factor, house.has_passwords = rules.second_factor, rules.has_passwords
        house.save(update_fields=["second_factor", "has_passwords"])
        if row.pk or rules.issuer:
            _write(row, rules)
    workspace.forget()
    oidc.forget()


def _write(row: SignInProvider, rules: SignInRules) -> None:
    if row.issuer != rules.issuer:
        row.worked_at = None
    row.is_on, row.label, row.issuer, row.client_id = rules.is_on, rules.label, rules.issuer, rules.client_id
    row.domains, row.role_id, row.asks_factor = rules.domains, rules.role_id, rules.asks_factor
    if rules.secret:
        row.secret = vault.lock(rules.secret, VAULT)
    row.save()


def _cleaned(rules: SignInRules, row: SignInProvider) -> SignInRules:
    """The rules made usable; Invalid with everything that is wrong at once."""
    errors: dict[str, list[str]] = {}
    if rules.second_factor not in RULES:
        errors["second_factor"] = [_("Choose one from the list.")]
    texts = {}
    for key, most in (("label", 60), ("issuer", 300), ("client_id", 200), ("secret", 500)):
        try:
            texts[key] = clean_line(getattr(rules, key), most)
        except ValueError as error:
            errors[key] = [str(error)]
    domains = rules.domains.lower().replace(",", " ").split()
    if len(domains) > _MOST_DOMAINS or not all(_is_domain(one) for one in domains):
        errors["domains"] = [_("Enter domains such as example.com, one on each line.")]
    role = Role.objects.filter(pk=rules.role_id).first() if rules.role_id is not None else None
    if rules.role_id is not None and role is None:
        errors["role"] = [_("Choose a role.")]
    elif role is not None and not domains:
        errors["domains"] = [_("Say for which domains: without them anybody could get an account.")]
    if rules.is_on:
        errors.update({key: found for key, found in _of_provider(texts, row).items() if key not in errors})
    if errors:
        raise Invalid(errors)
    label = texts["label"] or (_("Sign in with single sign-on") if texts["issuer"] else "")
    return SignInRules(
        rules.second_factor, rules.has_passwords, rules.is_on, label, texts["issuer"], texts["client_id"],
        texts["secret"], "\n".join(dict.fromkeys(domains)), rules.role_id, rules.asks_factor,
    )  # fmt: skip


def _of_provider(texts: dict[str, str], row: SignInProvider) -> dict[str, list[str]]:
    """What is missing or wrong before the provider can be switched on."""
    errors: dict[str, list[str]] = {}
    if not texts.get("client_id"):
        errors["client_id"] = [_("Enter the client id that the provider gave you.")]
    moved = row.issuer != texts.get("issuer") or row.client_id != texts.get("client_id")
    if not texts.get("secret") and (not row.secret or moved):
        errors["secret"] = [_("Enter the secret that the provider gave you.")]
    issuer = texts.get("issuer", "")
    if urlsplit(issuer).scheme not in ("http", "https"):
        errors["issuer"] = [_("Enter the issuer's address, beginning with https://.")]
    else:
        oidc.forget()
        try:
            oidc.about(issuer)
        except oidc.Failed as failed:
            errors["issuer"] = [_("This does not work: %(reason)s.") % {"reason": failed}]
    return errors


def _demand_another_way(actor: Actor, rules: SignInRules, row: SignInProvider) -> None:
    """Without passwords there must be a way that this administrator has just shown to work."""
    works = rules.is_on and row.worked_at is not None and row.issuer == rules.issuer
    if not works or not ProviderAccount.objects.filter(user=actor.user_id, issuer=rules.issuer).exists():
        sentence = _("First sign in by single sign-on yourself, so that nobody is locked out.")
        raise Invalid({"has_passwords": [sentence]})


def _audited(rules: SignInRules) -> dict[str, object]:
    return {key: value for key, value in vars(rules).items() if key != "secret"}


def _is_domain(text: str) -> bool:
    return (
        len(text) <= 253 and "." in text and all(part and part.replace("-", "").isalnum() for part in text.split("."))
    )
