"""Accounts: opening one, and keeping a record of what happens to its keys."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from members.actions import legal
from members.models import LegalDocument, User
from ossma.core import audit, outbox
from ossma.core.duties import inner_action, not_for_office
from ossma.core.push import devices
from ossma.core.viewer import Viewer

LANGUAGES = dict(settings.LANGUAGES)
# Every mail about an account ends with who sent it.
SENDER = {"office_name": settings.OFFICE_NAME, "office_address": settings.OFFICE_ADDRESS}


@not_for_office
@transaction.atomic
def open_account(
    *,
    email: str,
    password: str,
    language: str,
    documents: list[LegalDocument],
    openings: Mapping[int, datetime],
    actor: Viewer,
    at: datetime,
) -> User:
    """A new account that has accepted `documents`; its address is still to be confirmed by code (M1)."""
    user = User.objects.create_user(email, password, language=language)
    audit.record(actor=actor, at=at, action="account.opened", subject=("user", user.pk))
    legal.accept(user=user, documents=documents, openings=openings, actor=actor, at=at)
    return user


@not_for_office
def rehearse_opening(
    *,
    password: str,
    language: str,
    documents: list[LegalDocument],
    openings: Mapping[int, datetime],
    actor: Viewer,
    at: datetime,
) -> None:
    """All the work of `open_account`, and nothing is left of it: an address that has an account must not be known by the time the answer takes."""
    with transaction.atomic():
        address = f"{uuid4().hex}@rehearsal.invalid"
        open_account(email=address, password=password, language=language, documents=documents, openings=openings, actor=actor, at=at)
        transaction.set_rollback(True)


@not_for_office
@transaction.atomic
def note_login(*, user: User, language: str | None, factors: list[str], actor: Viewer, at: datetime) -> None:
    """Somebody has logged in, all `factors` shown. The language they chose before logging in, if they did, becomes theirs."""
    if language in LANGUAGES and user.language != language:
        user.language = language
        user.save(update_fields=["language"])
    audit.record(actor=actor, at=at, action="account.logged_in", subject=("user", user.pk), detail={"factors": factors})


@not_for_office
def note_failed_login(*, actor: Viewer, at: datetime) -> None:
    """A wrong address or password; only where it came from is kept."""
    audit.record(actor=actor, at=at, action="account.login_failed")


@not_for_office
def note_factor_failed(*, user_id: int, actor: Viewer, at: datetime) -> None:
    """The password was right and the second factor wrong: whose it was is known, and worth knowing."""
    audit.record(actor=actor, at=at, action="account.factor_failed", subject=("user", user_id))


@not_for_office
def note_proof(*, user_id: int, proved: bool, actor: Viewer, at: datetime) -> None:
    """Somebody who is signed in was asked again who they are, before their keys are changed."""
    audit.record(actor=actor, at=at, action="account.proved_again" if proved else "account.proof_failed", subject=("user", user_id))


@not_for_office
@transaction.atomic
def note_key_change(*, user: User, event: str, to_address: str, template: str, context: dict[str, Any], actor: Viewer, at: datetime) -> None:
    """A password, an address or a second factor changed: on record, and a mail to the owner."""
    audit.record(actor=actor, at=at, action=f"account.{event}", subject=("user", user.pk))
    outbox.promise(
        key=f"account.{event}:{user.pk}:{uuid4().hex}",
        to_address=to_address,
        language=user.language,
        template=template,
        context=SENDER | context,
        at=at,
    )


@not_for_office
@transaction.atomic
def promise_mail(*, to_address: str, template: str, context: dict[str, Any], actor: Viewer, at: datetime) -> None:
    """A mail of the way in (code, reset), in both languages: who asks may not have an account, nor a language."""
    key = f"{template}:{uuid4().hex}"
    audit.record(actor=actor, at=at, action="account.mail_asked_for", detail={"template": template})
    outbox.promise(key=key, to_address=to_address, language=outbox.BOTH, template=template, context=SENDER | context, at=at, by_stranger=True)


@not_for_office
@transaction.atomic
def set_password(*, user: User, password: str, actor: Viewer, at: datetime, push_mark: str = "") -> None:
    """Replace the password. Every other session of the account ends with it (Django binds sessions to the hash), and so do their push messages.

    `push_mark` is of the session that goes on (members.push_sessions).
    """
    user.set_password(password)
    user.save(update_fields=["password"])
    devices.end_others(actor=actor, at=at, user_id=user.pk, keep=push_mark)
    audit.record(actor=actor, at=at, action="account.password_set", subject=("user", user.pk))


@not_for_office
@transaction.atomic
def set_language(*, user_id: int, language: str, actor: Viewer, at: datetime) -> None:
    """The language of the account's pages and mails."""
    changed = User.objects.filter(pk=user_id).exclude(language=language).update(language=language)
    if changed:
        audit.record(actor=actor, at=at, action="account.language_set", subject=("user", user_id), detail={"language": language})


@inner_action
@transaction.atomic
def open_confirmed(
    *, email: str, password: str | None, name: str, actor: Viewer, at: datetime, language: str = "ja", event: str = "opened_by_office", **flags: bool
) -> User:
    """An account whose address needs no code: a colleague's, made by the office, or one whose owner came by the link of our mail.

    `flags` as on User. Raises IntegrityError for an address that has an account.
    """
    user = User.objects.create_user(email, password, name=name, language=language, **flags)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    audit.record(actor=actor, at=at, action=f"account.{event}", subject=("user", user.pk))
    return user
