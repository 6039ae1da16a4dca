"""E-mail addresses: one form to keep and to show, one for the wire, one to compare. Every path converts by these.

Kept: the domain in its own letters (日本語.jp), the local part as mail programs show it (hanako..y.@docomo.ne.jp). On the wire: the domain by
IDNA 2008 (not Python's own codec, which is IDNA 2003 and makes another domain of some letters), odd local parts quoted (RFC 5321, 4.1.2).
"""

import re
import unicodedata

import idna
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _

LONGEST = 254
LONGEST_LOCAL = 64
_ATEXT = r"A-Za-z0-9!#$%&'*+/=?^_`{|}~\-"
DOT_ATOM = re.compile(rf"[{_ATEXT}]+(?:\.[{_ATEXT}]+)*")
DOTS_ANYWHERE = re.compile(rf"[{_ATEXT}.]+")
NOT_IN_LOCAL = re.compile(rf"[^{_ATEXT}.]")
# Until 2009 these carriers gave out addresses with full stops where RFC 5321 wants quotation marks; people still use and write them without.
DOTTED_CARRIERS = frozenset({"docomo.ne.jp", "ezweb.ne.jp", "au.com"})
# Zero-width and direction signs that come along when an address is pasted.
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_check_domain = EmailValidator()


def normal_address(typed: str) -> str:
    """The form to keep of an address as typed or pasted: full-width signs made plain. Raises ValidationError with the reason."""
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", typed)).strip()
    local, at, domain = text.rpartition("@")
    if not at or not local or not domain:
        raise ValidationError(_("Enter a whole e-mail address, for example hanako@example.jp."), code="invalid")
    domain = _normal_domain(domain)
    plain = _unquoted(local)
    if bad := NOT_IN_LOCAL.search(plain):
        words = _("Mail cannot be sent to an address with “%(sign)s” before the @. Please check the address, or enter another one.")
        raise ValidationError(words % {"sign": bad[0]}, code="invalid")
    if not DOT_ATOM.fullmatch(plain) and domain not in DOTTED_CARRIERS:
        if plain == local:
            words = _(
                'A dot cannot stand first, last or twice in a row before the @. If your address really is like that, enter "%(local)s"@%(domain)s.'
            )
            raise ValidationError(words % {"local": plain, "domain": domain}, code="invalid")
        plain = f'"{plain}"'
    if len(plain) > LONGEST_LOCAL or len(_on_the_wire(plain, domain)) > LONGEST:
        raise ValidationError(_("This address is too long: at most 64 characters before the @ and 254 in all."), code="invalid")
    return f"{plain}@{domain}"


def _normal_domain(typed: str) -> str:
    try:
        ascii_form = _ascii_domain(typed)
        _check_domain(f"x@{ascii_form}")
        return idna.decode(ascii_form) if "xn--" in ascii_form else ascii_form
    except (UnicodeError, ValidationError) as error:
        words = _("“%(domain)s” is no domain that mail can be sent to. Please check what stands after the @.")
        raise ValidationError(words % {"domain": typed[:LONGEST]}, code="invalid") from error


def _ascii_domain(domain: str) -> str:
    """Raises UnicodeError (idna.IDNAError) for what is no domain."""
    return idna.encode(domain, uts46=True, std3_rules=True).decode().lower()


def _unquoted(local: str) -> str:
    return local[1:-1].replace("\\", "") if len(local) > 2 and local[0] == local[-1] == '"' else local


def _on_the_wire(local: str, domain: str) -> str:
    plain = _unquoted(local)
    return f"{plain if DOT_ATOM.fullmatch(plain) else f'"{plain}"'}@{domain if domain.isascii() else _ascii_domain(domain)}"


def wire_address(address: str) -> str:
    """An address as it goes over the wire, in the envelope and in the headers.

    What cannot be an address is left as it is: the postman gives up that one message and goes on.
    """
    local, _at, domain = address.rpartition("@")
    try:
        return _on_the_wire(local, domain) if DOTS_ANYWHERE.fullmatch(_unquoted(local)) else address
    except UnicodeError:
        return address


def kept_form(said: str) -> str:
    """The form in which we would keep an address that a machine names, in lower case; what is none comes without its quotation marks."""
    try:
        return normal_address(said).lower()
    except ValidationError:
        local, at, domain = said.rpartition("@")
        return f"{_unquoted(local)}{at}{domain}".lower()


def same_address(one: str, other: str) -> bool:
    """Whether two spellings are one address: with or without quotation marks, in either form of the domain, in either case."""
    return comparable(one) == comparable(other)


def comparable(address: str) -> str:
    """The spelling to compare by; not to be shown or written to."""
    local, _at, domain = wire_address(address.strip()).lower().rpartition("@")
    return f"{_unquoted(local)}@{domain}"
