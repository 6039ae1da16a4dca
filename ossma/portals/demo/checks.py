"""One closed safety check, as it looks two weeks after an earthquake drill of reality: answers of every kind, deliveries, a resolved case."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from applications.models import Application
from members.models import School, User
from ossma.core.models import Progress
from ossma.core.viewer import SYSTEM
from safety.actions.closing import write_report
from safety.actions.tallies import count_anew
from safety.models import Answer, Delivery, Incident, Recipient, Round, SafetyCase, SafetyCheck, SignOfLife
from safety.states import AnswerKind, AnswerSource, CaseState, Channel, CheckKind, CheckState, Need, Reason, Standing

SHARES = ((Standing.OK, 88), (Standing.NOT_THERE, 4), (Standing.SILENT, 7), (Standing.HELP, 1))
KINDS = {Standing.OK: AnswerKind.OK, Standing.NOT_THERE: AnswerKind.NOT_THERE, Standing.HELP: AnswerKind.HELP}


def make_closed_check(applications: list[Application], school: School, author: User, *, random: Random, at: datetime) -> SafetyCheck:
    """An ad hoc check of one school, sent a fortnight ago and closed two days later."""
    sent = at - timedelta(days=14)
    incident = Incident.objects.create(
        title_ja="台風による停電", title_en="Power cut after a typhoon", opened_at=sent, closed_at=sent + timedelta(days=2)
    )
    check = SafetyCheck.objects.create(
        incident=incident,
        school=school,
        kind=CheckKind.AD_HOC,
        state=CheckState.CLOSED,
        title_ja="台風による停電の安否確認",
        title_en="Safety check after the typhoon's power cut",
        text_ja="台風の影響で広い範囲が停電しています。ご無事かどうかお知らせください。",
        text_en="A typhoon has cut the power over a wide area. Please let us know that you are safe.",
        place_ja="東アジア",
        place_en="East Asia",
        event_at=sent - timedelta(minutes=40),
        event_zone="Asia/Seoul",
        audience={"everyone_abroad": True},
        reminders=[60, 360, 1440],
        created_by=author,
        created_at=sent,
        sent_at=sent,
        ended_at=sent + timedelta(days=2),
        deadline_at=sent + timedelta(days=1),
        is_demo=True,
    )
    there = [a for a in applications if a.member.school_id == school.pk and a.first_day <= sent.date() <= a.last_day][:120]
    recipients = Recipient.objects.bulk_create(_recipient(check, application, random, sent) for application in there)
    SafetyCheck.objects.filter(pk=check.pk).update(recipient_count=len(recipients))
    Round.objects.create(check_row=check, number=0, due_at=sent, queued_at=sent)
    Delivery.objects.bulk_create(_delivery(check, recipient, sent) for recipient in recipients)
    answers = Answer.objects.bulk_create(_answer(recipient, random) for recipient in recipients if recipient.standing != Standing.SILENT)
    SignOfLife.objects.bulk_create(SignOfLife(member_id=a.member_id, at=a.said_at, source=a.source, place=a.city) for a in answers)
    helped = next((recipient for recipient in recipients if recipient.standing == Standing.HELP), None)
    if helped and helped.answered_at:
        SafetyCase.objects.create(
            member=helped.member, school=school, recipient=helped, need=Need.ILL, state=CaseState.RESOLVED, owner=author,
            opened_at=helped.answered_at, first_contact_at=helped.answered_at + timedelta(minutes=4),
            ended_at=helped.answered_at + timedelta(hours=5), resolution="電話で確認、病院に付き添いあり（見本）",
        )  # fmt: skip
    # The figures were made by nobody: these recipients were never frozen.
    count_anew(actor=SYSTEM, at=sent, check_id=check.pk)
    write_report(actor=SYSTEM, at=sent + timedelta(days=2), check=check, silent_decision="left")
    return check


def _recipient(check: SafetyCheck, application: Application, random: Random, sent: datetime) -> Recipient:
    place = application.destinations.all()[0]
    standing = random.choices([share[0] for share in SHARES], [share[1] for share in SHARES])[0]
    answered = None if standing == Standing.SILENT else sent + timedelta(seconds=int(random.expovariate(1 / 1500)) + 20)
    return Recipient(
        check_row=check, member=application.member, school_id=application.member.school_id, reason=Reason.DESTINATION, reason_id=place.pk,
        country_id=place.country_id, city=place.city, zone=place.zone, latitude=place.latitude, longitude=place.longitude,
        standing=standing, answered_at=answered, first_answered_at=answered, opened_at=answered, late=False,
    )  # fmt: skip


def _delivery(check: SafetyCheck, recipient: Recipient, sent: datetime) -> Delivery:
    user = recipient.member.user
    return Delivery(
        recipient=recipient, check_row=check, round_number=0, channel=Channel.EMAIL, to_address=user.email, language=user.language,
        state=Progress.SENT, due_at=sent, begun_at=sent, ended_at=sent + timedelta(seconds=5), tries=1,
    )  # fmt: skip


def _answer(recipient: Recipient, random: Random) -> Answer:
    said_at = recipient.answered_at or recipient.check_row.created_at
    return Answer(
        member_id=recipient.member_id, recipient=recipient, kind=KINDS[Standing(recipient.standing)], source=AnswerSource.LINK,
        need=Need.ILL if recipient.standing == Standing.HELP else "", said_at=said_at, received_at=said_at,
        country_id=recipient.country_id, city=recipient.city, key=UUID(int=random.getrandbits(128)),
    )  # fmt: skip
