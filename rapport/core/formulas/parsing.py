"""From text to a tree, by recursive descent. Every error says what was expected, and where.

``if(company.revenue > 1000 EUR, "large", "small") & " · " & {Job title}``

From loose to tight: ``or``, ``and``, ``not``, ``= != < <= > >=``, ``&``, ``+ -``, ``* / %``, ``-`` before a value.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from rapport.core.formulas.tree import DEEPEST, MOST_PARTS, MOST_SIGNS, FormulaError, Part
from rapport.lib.money import CURRENCIES

_TOKENS = re.compile(
    r"""(?P<space>\s+)
    |(?P<number>\d+(?:\.\d+)?)
    |(?P<text>"(?:[^"]|"")*"|“[^”]*”|„[^“”]*[“”])
    |(?P<label>\{[^{}]*\})
    |(?P<word>[^\W\d]\w*)
    |(?P<sign><=|>=|!=|<>|≠|≤|≥|[-+*/%&=<>(),.×÷−])""",
    re.VERBOSE,
)
_SAME = {"<>": "!=", "≠": "!=", "≤": "<=", "≥": ">=", "×": "*", "÷": "/", "−": "-"}
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_WORDS = frozenset({"and", "or", "not", "true", "false"})
_MOST_DIGITS = 15  # of a number that is written out


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int

    @property
    def word(self) -> str:
        """The text in the form in which signs and words are compared."""
        return self.text.lower() if self.kind == "word" else _SAME.get(self.text, self.text)


def parse(text: str) -> Part:
    """The tree of a formula. FormulaError where it cannot be read."""
    if len(text) > MOST_SIGNS:
        raise FormulaError(_("A formula has at most %(most)s characters.") % {"most": MOST_SIGNS}, MOST_SIGNS)
    return _Reader(text).whole()


def _tokens(text: str) -> list[_Token]:
    found, place = [], 0
    while place < len(text):
        match = _TOKENS.match(text, place)
        if match is None:
            raise FormulaError(_stray(text[place]), place)
        if match.lastgroup != "space":
            found.append(_Token(str(match.lastgroup), match.group(), place))
        place = match.end()
    return found


def _stray(sign: str) -> str:
    if sign in '"“„':
        return _("This text has no end. Put a quotation mark behind it.")
    if sign == "{":
        return _("The name of this field has no end. Put “}” behind it.")
    return _("“%(sign)s” means nothing in a formula.") % {"sign": sign}


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens, self.place, self.end = _tokens(text), 0, len(text)
        self.depth = self.count = 0

    def whole(self) -> Part:
        if not self.tokens:
            raise FormulaError(_("Write a formula, for example: revenue / 12"), 0)
        part = self.either()
        if token := self.next:
            raise FormulaError(
                _("“%(found)s” was not expected here. Put a sign such as + or & between two values.")
                % {"found": token.text}, token.at, len(token.text),
            )  # fmt: skip
        return part

    # ---------------------------------------------------------------- tokens
    @property
    def next(self) -> _Token | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def take(self, *wanted: str) -> _Token | None:
        """The next token, if it is one of these signs or words."""
        token = self.next
        if token is None or token.kind not in ("sign", "word") or token.word not in wanted:
            return None
        self.place += 1
        return token

    def need(self, wanted: str) -> _Token:
        if token := self.take(wanted):
            return token
        raise self.missing(_("“%(wanted)s”") % {"wanted": wanted})

    def missing(self, wanted: str) -> FormulaError:
        token = self.next
        if token is None:
            return FormulaError(_("The formula ends too early: %(wanted)s is missing.") % {"wanted": wanted}, self.end)
        sentence = _("%(wanted)s was expected here, not “%(found)s”.")
        return FormulaError(sentence % {"wanted": wanted, "found": token.text}, token.at, len(token.text))

    def made(self, name: str, token: _Token, *parts: Part, value: object = None, length: int = 0) -> Part:
        self.count += 1
        if self.count > MOST_PARTS:
            raise FormulaError(
                _("The formula has too many parts; %(most)s are possible.") % {"most": MOST_PARTS}, token.at
            )
        return Part(name, token.at, length or len(token.text), parts, value)

    # ---------------------------------------------------------------- levels, from loose to tight
    def either(self) -> Part:
        self.depth += 1
        if self.depth > DEEPEST:
            place = self.next.at if self.next else self.end
            raise FormulaError(
                _("The formula is nested too deeply; %(most)s levels are possible.") % {"most": DEEPEST}, place
            )
        part = self.both()
        while token := self.take("or"):
            part = self.made("or", token, part, self.both())
        self.depth -= 1
        return part

    def both(self) -> Part:
        part = self.negated()
        while token := self.take("and"):
            part = self.made("and", token, part, self.negated())
        return part

    def negated(self) -> Part:
        signs = []
        while token := self.take("not"):
            signs.append(token)
        part = self.compared()
        for token in reversed(signs):
            part = self.made("not", token, part)
        return part

    def compared(self) -> Part:
        part = self.joined()
        if token := self.take(*_COMPARISONS):
            part = self.made(token.word, token, part, self.joined())
        return part

    def joined(self) -> Part:
        part = self.added()
        while token := self.take("&"):
            part = self.made("concat", token, part, self.added())
        return part

    def added(self) -> Part:
        part = self.multiplied()
        while token := self.take("+", "-"):
            part = self.made(token.word, token, part, self.multiplied())
        return part

    def multiplied(self) -> Part:
        part = self.signed()
        while token := self.take("*", "/", "%"):
            part = self.made(token.word, token, part, self.signed())
        return part

    def signed(self) -> Part:
        signs = []
        while token := self.take("-"):
            signs.append(token)
        part = self.value()
        for token in reversed(signs):
            part = self.made("negative", token, part)
        return part

    # ---------------------------------------------------------------- values
    def value(self) -> Part:
        token = self.next
        if token is None or (token.kind == "sign" and token.text != "(") or token.word in ("and", "or", "not"):
            raise self.missing(_("a value"))
        self.place += 1
        match token.kind:
            case "number":
                return self.number(token)
            case "text":
                return self.made("text", token, value=token.text[1:-1].replace('""', '"'))
            case "sign":
                part = self.either()
                self.need(")")
                return part
        if token.word in ("true", "false") and token.kind == "word":
            return self.made("yes_no", token, value=token.word == "true")
        if token.kind == "word" and self.take("("):
            return self.function(token)
        return self.field(token)

    def number(self, token: _Token) -> Part:
        if len(token.text.replace(".", "")) > _MOST_DIGITS:
            sentence = _("A number has at most %(most)s digits.") % {"most": _MOST_DIGITS}
            raise FormulaError(sentence, token.at, len(token.text))
        behind = self.next
        if behind and behind.kind == "word" and behind.word not in _WORDS:
            if behind.text not in CURRENCIES:
                sentence = _("“%(found)s” is not a currency. Write one as 100 EUR, or a sign between two values.")
                raise FormulaError(sentence % {"found": behind.text}, behind.at, len(behind.text))
            self.place += 1
            return self.made("money", token, value=(token.text, behind.text))
        return self.made("number", token, value=float(token.text))

    def function(self, token: _Token) -> Part:
        given: list[Part] = []
        if not self.take(")"):
            given.append(self.either())
            while self.take(","):
                given.append(self.either())
            self.need(")")
        return self.made(token.word, token, *given)

    def field(self, token: _Token) -> Part:
        names, last = [_name(token)], token
        if self.take("."):
            behind = self.next
            if behind is None or behind.kind not in ("word", "label"):
                raise self.missing(_("the name of a field"))
            self.place += 1
            names.append(_name(behind))
            last = behind
        return self.made("field", token, value=tuple(names), length=last.at + len(last.text) - token.at)


def _name(token: _Token) -> tuple[str, bool]:
    """What a field is called by, and whether it is its label."""
    if token.kind == "label":
        return token.text[1:-1].strip(), True
    return token.text, False
