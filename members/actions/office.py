"""What the office does to people's tables in the admin, and its own accounts."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group as DjangoGroup
from django.db import models, transaction

from members.actions.accounts import open_confirmed
from members.models import Member, School, User
from ossma.core import audit
from ossma.core.duties import Duty, OfficeRole, duty_of_table, office_duty
from ossma.core.refusals import Refused
from ossma.core.viewer import Viewer


def _about(row: models.Model) -> dict[str, Any]:
    """Whose data a row is."""
    member_id = row.pk if isinstance(row, Member) else getattr(row, "member_id", None)
    school_id = row.pk if isinstance(row, School) else getattr(row, "school_id", None)
    return {"member_id": member_id, "school_id": school_id}


@duty_of_table
@transaction.atomic
def save_row(*, row: models.Model, fields: list[str], duties: tuple[Duty, ...], actor: Viewer, at: datetime) -> None:
    """Store a row of an admin table that needs these `duties`; the trail names the fields, not their values."""
    row.save()
    kind = row._meta.model_name or ""
    audit.record(actor=actor, at=at, action=f"{kind}.saved", subject=(kind, row.pk), detail={"fields": fields}, **_about(row))


@duty_of_table
@transaction.atomic
def delete_row(*, row: models.Model, duties: tuple[Duty, ...], actor: Viewer, at: datetime) -> None:
    """Delete a row of an admin table that needs these `duties`."""
    kind, number, about = row._meta.model_name or "", row.pk, _about(row)
    row.delete()
    audit.record(actor=actor, at=at, action=f"{kind}.deleted", subject=(kind, number), **about)


@office_duty(Duty.MANAGE_ACCOUNTS)
@transaction.atomic
def create_office_user(*, email: str, name: str, role: OfficeRole, superuser: bool, actor: Viewer, at: datetime) -> User:
    """An account of the office. It has no password: its owner asks for one by code, then sets up the second factor.

    Refused when the address has an account.
    """
    if User.objects.filter(email__iexact=email).exists():
        raise Refused("This address has an account already.", field="email")
    user = open_confirmed(email=email, password=None, name=name, actor=actor, at=at, is_staff=True, is_superuser=superuser)
    user.groups.add(DjangoGroup.objects.get_or_create(name=role)[0])
    audit.record(actor=actor, at=at, action="office.account_created", subject=("user", user.pk), detail={"role": role})
    return user
