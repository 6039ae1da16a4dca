"""What a new installation begins with: the ladder for the silent (safety.md S3). The office changes it by a newer set."""

from datetime import date

from safety.states import CheckKind, Rung

FIRST_DAY = date(2020, 1, 1)
# Kind, minutes after sending, minutes for those asleep then, rung. What costs sleep or frightens a family comes later; a drill stays with the member.
LADDER = (
    (CheckKind.AD_HOC, 15, 15, Rung.SECOND),
    (CheckKind.AD_HOC, 30, 30, Rung.SMS),
    (CheckKind.AD_HOC, 90, 240, Rung.VOICE),
    (CheckKind.AD_HOC, 720, 1080, Rung.CONTACT),
    (CheckKind.AD_HOC, 1500, 1980, Rung.OFFICE),
    (CheckKind.REGULAR, 2880, 3420, Rung.SECOND),
    (CheckKind.REGULAR, 4320, 4860, Rung.SMS),
    (CheckKind.REGULAR, 4380, 4920, Rung.OFFICE),
    (CheckKind.DRILL, 120, 660, Rung.SECOND),
    (CheckKind.DRILL, 180, 720, Rung.SMS),
)
