"""Legal documents are written by a publisher and published by a manager; unpublished versions do not exist for anybody else (office.md)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from members.actions.legal import accept
from members.models import LegalAcceptance, LegalDocument
from members.queries import legal
from members.states import LegalKind
from ossma.core.duties import OfficeRole
from ossma.core.refusals import NotFound
from tests.factories.members import LONG_AGO, LegalDocumentFactory

pytestmark = pytest.mark.django_db
ADD = "/admin/members/legaldocument/add/"


def form(**changes):
    day = timezone.localdate()
    return {
        "kind": "terms", "version": "2.0", "body_ja": "第1条　新しい規約です。", "body_en": "Article 1. New terms.",
        "published_on": day.isoformat(), "effective_on": (day + timedelta(days=40)).isoformat(),
    } | changes  # fmt: skip


@pytest.fixture
def publisher(cast):
    return cast.colleague(OfficeRole.PUBLISHER)


@pytest.fixture
def written(cast, documents, publisher):
    """A version that a publisher wrote through the form."""
    assert cast.client(publisher).post(ADD, form()).status_code == 302
    return LegalDocument.objects.get(version="2.0")


def decide(row):
    return f"/admin/members/legaldocument/{row.pk}/decide/"


def test_an_unpublished_version_is_neither_in_effect_nor_announced_nor_due(cast, documents, client):
    today = timezone.localdate()
    LegalDocumentFactory(kind=LegalKind.TERMS, version="2.0", effective_on=today - timedelta(days=1), approved_at=None)
    LegalDocumentFactory(kind=LegalKind.TERMS, version="3.0", published_on=today, effective_on=today + timedelta(days=40), approved_at=None)
    assert legal.in_effect(LegalKind.TERMS, today) == documents[0]
    assert legal.all_in_effect(today) == documents
    assert legal.announced(LegalKind.TERMS, today) is None
    assert legal.outstanding(cast.aya.user_id, today) == documents
    page = client.get("/legal/terms/")
    assert (page.context["document"].version, page.context["announced"]) == ("1.0", None)


def test_nobody_can_accept_an_unpublished_version(cast, documents):
    draft = LegalDocumentFactory(version="2.0", approved_at=None)
    with pytest.raises(NotFound):
        accept(user=cast.aya.user, documents=[draft], openings={draft.pk: LONG_AGO}, actor=cast.viewer(cast.aya), at=timezone.now())
    assert not LegalAcceptance.objects.exists()


def test_a_manager_publishes_what_a_publisher_wrote_and_it_is_announced(cast, written, client):
    page = cast.client(cast.office).get(decide(written)).content.decode()
    assert "新しい規約です" in page and "この規約は" in page
    cast.client(cast.office).post(decide(written), {"decision": "approve", "revision": written.revision})
    written.refresh_from_db()
    assert (written.proposed_by.email, written.approved_by) == ("publisher@example.jp", cast.office)
    assert client.get("/legal/terms/").context["announced"] == written


def test_a_publisher_publishes_nothing_and_a_manager_writes_nothing(cast, publisher, written):
    assert cast.client(publisher).get(decide(written)).status_code == 404
    assert cast.client(publisher).post(decide(written), {"decision": "approve", "revision": 1}).status_code == 404
    assert cast.client(cast.office).post(ADD, form(version="3.0")).status_code == 404
    assert cast.client(cast.office).post(f"/admin/members/legaldocument/{written.pk}/change/", form()).status_code == 404


def test_who_has_both_roles_does_not_publish_their_own(cast, documents):
    both = cast.colleague(OfficeRole.PUBLISHER, OfficeRole.MANAGER)
    cast.client(both).post(ADD, form())
    row = LegalDocument.objects.get(version="2.0")
    answer = cast.client(both).post(decide(row), {"decision": "approve", "revision": row.revision}, follow=True)
    assert "ご自身が提案" in answer.content.decode()
    row.refresh_from_db()
    assert row.approved_at is None


def test_a_version_cannot_take_effect_before_tomorrow_where_one_is_in_effect(cast, documents, publisher):
    cast.client(publisher).post(ADD, form(effective_on=timezone.localdate().isoformat()))
    row = LegalDocument.objects.get(version="2.0")
    answer = cast.client(cast.office).post(decide(row), {"decision": "approve", "revision": 1}, follow=True)
    assert "明日以降の日" in answer.content.decode()


def test_the_manager_finds_it_on_the_work_list_and_the_publisher_sees_that_it_waits(cast, publisher, written):
    assert "公開の承認を待つもの：" in cast.client(cast.office).get("/admin/").content.decode()
    start = cast.client(publisher).get("/admin/").content.decode()
    assert "公開待ち：" in start and "公開の承認を待つもの" not in start
