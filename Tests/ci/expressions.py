"""Evaluates the expressions of workflow files, as far as this project's workflows use them: names,
literals, `==`, `!=`, `!`, `&&`, `||`, parentheses and functions."""
import re

TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<number>\d+)|(?P<name>[A-Za-z_][\w-]*(?:\.[\w-]+)*)"
    r"|(?P<sign>==|!=|&&|\|\||[!(),]))")
WHOLE = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
LITERALS = {"true": True, "false": False, "null": None}


class Expression:
    """One expression. `names` are the contexts, as nested dictionaries; `functions` are callables."""

    def __init__(self, text, names, functions):
        self.names, self.functions, self.tokens = names, functions, []
        position, text = 0, text.strip()
        while position < len(text):
            match = TOKEN.match(text, position)
            if not match:
                raise ValueError(f"cannot read the expression {text!r} at {position}")
            self.tokens.append((match.lastgroup, match.group(match.lastgroup)))
            position = match.end()

    def value(self):
        value = self._either()
        if self.tokens:
            raise ValueError(f"something is left of an expression: {self.tokens}")
        return value

    def _takes(self, *signs):
        if self.tokens and self.tokens[0][0] == "sign" and self.tokens[0][1] in signs:
            return self.tokens.pop(0)[1]
        return None

    def _either(self):
        value = self._both()
        while self._takes("||"):
            other = self._both()
            value = value if truth(value) else other
        return value

    def _both(self):
        value = self._comparison()
        while self._takes("&&"):
            other = self._comparison()
            value = other if truth(value) else value
        return value

    def _comparison(self):
        value = self._negation()
        sign = self._takes("==", "!=")
        if not sign:
            return value
        return equal(value, self._negation()) == (sign == "==")

    def _negation(self):
        if self._takes("!"):
            return not truth(self._negation())
        return self._primary()

    def _primary(self):
        if self._takes("("):
            value = self._either()
            if not self._takes(")"):
                raise ValueError("a parenthesis is not closed")
            return value
        kind, text = self.tokens.pop(0)
        if kind == "string":
            return text[1:-1].replace("''", "'")
        if kind == "number":
            return int(text)
        if kind != "name":
            raise ValueError(f"unexpected {text!r}")
        if self._takes("("):
            arguments = []
            while not self._takes(")"):
                arguments.append(self._either())
                self._takes(",")
            return self.functions[text](*arguments)
        if text in LITERALS:
            return LITERALS[text]
        parts = text.split(".")
        if parts[0] not in self.names:
            raise ValueError(f"there is no context {parts[0]!r}")
        value = self.names
        for part in parts:
            value = value.get(part) if isinstance(value, dict) else None
        return value


def truth(value):
    return value not in (None, False, 0, "")


def equal(left, right):
    if isinstance(left, str) and isinstance(right, str):
        return left.lower() == right.lower()
    if type(left) is type(right):
        return left == right
    return number(left) == number(right)


def number(value):
    if value is None:
        return 0.0
    try:
        return float(value or 0)
    except ValueError:
        return float("nan")


def text(value):
    """A value as it stands in a string."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def evaluate(source, names, functions):
    """The value of an `if`, with or without the braces."""
    whole = WHOLE.fullmatch(source.strip())
    return Expression(whole.group(1) if whole else source, names, functions).value()


def interpolate(source, names, functions):
    """A string with its expressions replaced by their values."""
    return WHOLE.sub(
        lambda match: text(Expression(match.group(1), names, functions).value()), text(source))
