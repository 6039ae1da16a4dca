"""One of everything that belongs to Aya, for those who must not see it, and the addresses that lead to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from applications.models import HandlingRate
from helpline.models import EmergencyProposal, NumberProposal
from members.models import Group, KindRequest
from members.states import SchoolRoleKind
from notices.models import Advisory
from ossma.core.models import PushDevice, ReturnedMail
from ossma.core.uploads import clean_image
from ossma.core.viewer import SYSTEM, by_link
from payments.actions import owe
from payments.models import Refund
from safety import actions
from safety.actions.family import give_link
from safety.models import Answer, EscalationPolicy, Recipient, SafetyCase
from safety.said import Said
from safety.states import AnswerKind
from tests.cast import Cast, make_cast
from tests.core.pictures import photo
from tests.factories.applications import ApplicationFactory, CancellationTableFactory, FeeTableFactory, PeriodChangeFactory, QuoteFactory, StayFactory
from tests.factories.helpline import NumberFactory
from tests.factories.members import GroupFactory, InvitationFactory, LegalDocumentFactory, RoleFactory
from tests.factories.own import CheckInFactory
from tests.factories.payments import AttemptFactory
from tests.factories.plans import make_schedule, make_template
from tests.factories.safety import content

# Whole addresses that anybody may ask for, by name: no personal data stands behind them without a signed token.
OPEN = {"bounces", "home", "favicon", "healthz", "install", "manifest", "set_language", "worker"}
OPEN_NAMESPACES = ("public:", "dev:")
# Pages of the account itself: whoever is logged in, about nobody else.
OWN_ACCOUNT = ("account_", "mfa_", "usersessions_")


@dataclass(frozen=True)
class Address:
    """One pattern of the resolver: its full name and its path with placeholders."""

    name: str
    route: str
    keywords: tuple[str, ...]

    @property
    def app(self) -> str:
        """The room behind a name such as member:applications:detail."""
        return self.name.split(":")[-2]


def addresses() -> list[Address]:
    """Every address of the product but Django's admin, which has its own wall."""
    return list(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: list, prefix: str, route: str) -> Iterator[Address]:
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if pattern.namespace == "admin":
                continue
            yield from _walk(pattern.url_patterns, prefix + (f"{pattern.namespace}:" if pattern.namespace else ""), here)
        elif isinstance(pattern, URLPattern):
            yield Address(prefix + (pattern.name or "?"), here, tuple(pattern.pattern.converters))


@dataclass
class World:
    """The cast, what belongs to Aya, and the strangers."""

    cast: Cast
    objects: dict[tuple[str, str], object]
    strange_supporter: object
    strange_administrator: object

    def arguments(self, address: Address) -> dict[str, object]:
        """Arguments that lead to what is Aya's. Raises KeyError for a keyword nobody has thought of: then add it in `make_world`."""
        return {keyword: self.objects[address.app, keyword] for keyword in address.keywords}


def make_proposals(cast: Cast, now: datetime) -> None:
    """One of each kind that waits for a second person, written by somebody else than those who walk."""
    writer = cast.second_manager()
    wrote = {"proposed_by": writer, "proposed_at": now, "writers": [writer.pk], "approved_at": None}
    day = now.date() + timedelta(days=40)
    FeeTableFactory(version="proposed", valid_from=day, **wrote)
    CancellationTableFactory(version="proposed", valid_from=day, **wrote)
    HandlingRate.objects.create(valid_from=day, rate="0.06", **wrote)
    LegalDocumentFactory(version="proposed", effective_on=day, **wrote)
    EscalationPolicy.objects.create(kind="ad_hoc", valid_from=day, **wrote)
    number = NumberFactory()
    NumberProposal.objects.create(replaces=number, kind=number.kind, dial_as_shown="1", e164="+81300000009", **wrote)
    EmergencyProposal.objects.create(country_id="0033", police="17", **wrote)


def returned_mail(now: datetime) -> ReturnedMail:
    """A mail that nobody understood."""
    content = "From: somebody@example.org\nSubject: ?\n\n?"
    return ReturnedMail.objects.create(digest="0" * 64, source="hook", received_at=now, understood="unknown", content=content)


def make_world() -> World:
    """Aya is abroad, has an itinerary, owes a fee, was asked and needs help."""
    cast = make_cast()
    now = timezone.now()
    application = ApplicationFactory(member=cast.aya, first_day=now.date() - timedelta(days=9), last_day=now.date() + timedelta(days=30))
    QuoteFactory(application=application)
    stay = StayFactory(application=application, starts_at=now - timedelta(days=2), ends_at=now + timedelta(days=2))
    report = StayFactory(application=application, source="own_report", starts_at=now - timedelta(hours=1), ends_at=now + timedelta(days=1))
    payment = owe(
        member_id=cast.aya.pk, purpose="membership_fee", subject=("application", application.pk), title_ja="会費", title_en="Fee",
        lines=[("会費", "Fee", 3812)], methods=["card"], due_on=None, tax_rate=Decimal("0.1"), actor=SYSTEM, at=now,
    )  # fmt: skip
    order = AttemptFactory(payment=payment, state="paid", method="konbini")
    Refund.objects.create(payment=payment, attempt=order, amount=1000, rule="取消", way="transfer", requested_at=now)
    advisory = Advisory.objects.create(
        key_cd="1",
        info_type="R10",
        title="停電",
        lead="停電",
        url="https://www.anzen.mofa.go.jp/",
        content_hash="0",
        first_seen_at=now,
        changed_at=now,
    )
    advisory.countries.add(application.destinations.get().country_id)
    doi = cast.viewer(cast.doi)
    group = Group.objects.get(school=cast.aoba)
    asked = content(audience={"named": [cast.aya.pk]}, event_at=now)
    draft = actions.draft_check(actor=doi, at=now, school_id=cast.aoba.pk, **asked)
    check = actions.send_check(actor=doi, at=now, check_id=draft.pk, typed_count=None)
    recipient = Recipient.objects.get(check_row=check)
    actions.answer_by_proxy(actor=doi, at=now, recipient_id=recipient.pk, kind=AnswerKind.HELP, how_known="電話", comment="")
    case = SafetyCase.objects.get()
    pictured = Said(AnswerKind.LATER, uuid4())
    link = by_link(cast.aya.pk)
    actions.answer_by_link(actor=link, at=now, recipient_id=recipient.pk, said=pictured, picture=clean_image(BytesIO(photo())))
    device = PushDevice.objects.create(user=cast.aya.user, endpoint="https://web.push.apple.com/aya", created_at=now)
    asked_kind = KindRequest.objects.create(member=cast.aya, from_kind="student", to_kind="staff", asked_at=now)
    objects: dict[tuple[str, str], object] = {
        ("applications", "pk"): application.pk,
        ("applications", "stay_pk"): stay.pk,
        ("applications", "report_pk"): report.pk,
        ("applications", "change_pk"): PeriodChangeFactory(application=application).pk,
        ("payments", "payment_id"): payment.pk,
        ("members", "member_id"): cast.aya.pk,
        ("members", "mail_id"): returned_mail(now).pk,
        ("members", "group_id"): group.pk,
        ("members", "user_id"): cast.emi.user_id,
        ("members", "school_id"): cast.aoba.pk,
        ("members", "token"): "token-of-an-open-invitation",
        ("members", "invitation_id"): InvitationFactory(school=cast.aoba, firm="見本商事", accepted_by=cast.chika.user, state="waiting").pk,
        ("members", "device_id"): device.pk,
        ("members", "request_id"): asked_kind.pk,
        ("notices", "n"): advisory.pk,
        ("safety", "n"): check.pk,
        ("safety", "r"): recipient.pk,
        ("safety", "c"): case.pk,
        ("safety", "verb"): "close",
        ("safety", "e"): check.incident_id,
        ("safety", "step"): "close",
        ("safety", "t"): make_template(doi, now).pk,
        ("safety", "s"): make_schedule(doi, now).pk,
        ("safety", "m"): cast.aya.pk,
        ("safety", "a"): Answer.objects.get(key=pictured.key).pk,
        ("safety", "f"): give_link(actor=cast.viewer(cast.aya), at=now, name="母", relation="母").pk,
        ("safety", "i"): CheckInFactory(member=cast.aya).pk,
    }
    InvitationFactory(school=cast.aoba, email="not-yet@example.jp", clear=objects["members", "token"])
    make_proposals(cast, now)
    empty_group = GroupFactory(school=cast.aoba, name="誰もいない組")
    strange_supporter = RoleFactory(school=cast.aoba, user__email="other-emi@example.jp", kind=SchoolRoleKind.SUPPORTER)
    empty_group.supporters.add(strange_supporter.user)
    strange_administrator = RoleFactory(school=cast.kohoku, user__email="oka@example.jp")
    return World(cast, objects, strange_supporter, strange_administrator)
