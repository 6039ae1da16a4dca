"""A member's information as rows of label and text, for pages that show it and pages that ask to check it."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from members.queries.places import nationality_name
from members.states import MemberKind, Sex
from ossma.core import formats, phones

Row = dict[str, Any]
LANGUAGES = {"ja": "日本語", "en": "English"}


def own_way(text: str) -> SafeString:
    """Text that runs the way it is read, whatever stands around it."""
    return format_html('<bdi dir="auto">{}</bdi>', text) if text else SafeString()


def _row(label: str, text: str) -> Row:
    return {"label": label, "value": own_way(text)}


def _pair(values: dict[str, Any], kind: str) -> str:
    return f"{values[f'family_{kind}']} {values[f'given_{kind}']}".strip()


def person_rows(values: dict[str, Any]) -> list[Row]:
    """Name, person, school and address."""
    return [
        _row(_("Name"), _pair(values, "name")),
        _row(_("Kana"), _pair(values, "kana")),
        _row(_("Roman letters"), _pair(values, "roman")),
        _row(_("Birth date"), formats.day(values["birth_date"], get_language() or "ja")),
        _row(_("Sex"), str(Sex(values["sex"]).label) if values["sex"] else ""),
        _row(_("Nationality"), nationality_name(values["nationality"])),
        _row(_("Language of mails and pages"), LANGUAGES[values["language"]]),
        _row(_("Member kind"), str(MemberKind(values["kind"]).label)),
        _row(_("Student number"), values["student_number"]),
        _row(_("Department or faculty"), values["department"]),
        _row(_("Grade"), values["grade"]),
        _row(_("Postal code"), values["postal_code"]),
        _row(_("Postal address"), values["address"]),
        _row(_("Mobile phone"), phones.shown(values["mobile"])),
        _row(_("Second e-mail address"), values["second_email"]),
    ]


def medical_rows(values: dict[str, Any]) -> list[Row]:
    """The optional notes."""
    return [
        _row(_("Blood type"), values["blood_type"]),
        _row(_("Allergies"), values["allergies"]),
        _row(_("Chronic illness"), values["illnesses"]),
        _row(_("Medication"), values["medication"]),
    ]


def contact_rows(contact: dict[str, str]) -> list[Row]:
    """One emergency contact."""
    return [
        _row(_("Name"), contact["name"]),
        _row(_("Relation"), contact["relation"]),
        _row(_("Phone"), phones.shown(contact["phone"])),
        _row(_("E-mail address"), contact["email"]),
        _row(_("Postal address"), contact["address"]),
    ]


def all_sections(values: dict[str, Any], contacts: list[dict[str, str]]) -> list[Row]:
    """Everything, in titled sections."""
    people = [
        {"title": _("Emergency contact %(number)d") % {"number": number}, "rows": contact_rows(contact)}
        for number, contact in enumerate(contacts, start=1)
    ]
    return [
        {"title": _("Member information"), "rows": person_rows(values)},
        *people,
        {"title": _("Medical notes"), "rows": medical_rows(values)},
    ]
