"""The bank account of a refund between approval and transfer: nobody transfers to an account that nobody looked at (money.md, "Payment")."""

import json

import pytest

from members.models import User
from ossma.core.models import AuditEntry, OutboxMessage
from ossma.core.outbox import render_mail
from ossma.core.refusals import Refused
from ossma.core.viewer import SYSTEM, Viewer
from payments import actions, rules
from payments.forms.account import AccountForm
from payments.gateways.base import Status
from payments.models import Attempt, Payment, Refund
from payments.states import PaymentState, RefundState
from tests.cast import Cast, office_viewer
from tests.factories.payments import FEE, NOON
from tests.payments.fake_gateway import FakeGateway
from tests.payments.steps import learn, paid

ACCOUNT = {"bank": "みずほ銀行", "branch": "001", "kind": "ordinary", "number": "0012345", "holder": "ヤマダ アヤ"}
OTHER = ACCOUNT | {"number": "7654321"}


@pytest.fixture
def clerks(cast: Cast) -> tuple[Viewer, Viewer]:
    """Two people of the office."""
    users = [cast.office.pk, User.objects.create_user("second@office.example", is_staff=True).pk]
    return office_viewer(users[0]), office_viewer(users[1])


@pytest.fixture
def refund(attempt: Attempt, gateway: FakeGateway) -> Refund:
    """Aya paid at a store and gets all but the handling fee back by transfer."""
    gateway.says(attempt.order_id, Status.PAID)
    learn(attempt, paid())
    Attempt.objects.update(method="konbini")
    return actions.request_refund(payment_id=attempt.payment_id, amount=FEE - 182, handling=182, rule="取消", actor=SYSTEM, at=NOON)


def give(refund: Refund, account: dict[str, str]) -> Refund:
    return actions.give_account(refund_id=refund.pk, account=account, actor=SYSTEM, at=NOON)


def seen(account: dict[str, str] | None = None) -> str:
    """The mark of an account as a page showed it."""
    return rules.fingerprint(json.dumps(account, ensure_ascii=False)) if account else ""


def approve(refund: Refund, clerk: Viewer, account: dict[str, str] | None = None, **more) -> Refund:
    return actions.approve_refund(refund_id=refund.pk, note="", seen=seen(account), actor=clerk, at=NOON, **more)


def confirm(refund: Refund, clerk: Viewer, account: dict[str, str]) -> Refund:
    return actions.confirm_transfer(refund_id=refund.pk, reference="T-1", seen=seen(account), actor=clerk, at=NOON)


def mails() -> list[tuple[str, str]]:
    """Subject and body of the mails about the account, in order."""
    rows = OutboxMessage.objects.filter(template="payments/account_noted").order_by("pk")
    return [render_mail(row.template, json.loads(row.context), row.language) for row in rows]


def test_another_account_after_the_approval_takes_the_approval_back(refund: Refund, clerks) -> None:
    give(refund, ACCOUNT)
    approve(refund, clerks[0], ACCOUNT)
    give(refund, OTHER)
    refund.refresh_from_db()
    assert (refund.state, refund.approved_by, refund.approved_at, refund.withdrawn_at) == (RefundState.REQUESTED, None, None, NOON)
    assert Payment.objects.get().state == PaymentState.REFUND_REQUESTED
    assert AuditEntry.objects.filter(action="refund.approval_withdrawn").count() == 1
    with pytest.raises(Refused):
        confirm(refund, clerks[1], OTHER)


def test_approved_again_it_is_transferred_to_the_account_that_was_seen(refund: Refund, clerks) -> None:
    give(refund, ACCOUNT)
    approve(refund, clerks[0], ACCOUNT)
    give(refund, OTHER)
    approve(refund, clerks[0], OTHER)
    assert confirm(refund, clerks[1], OTHER).state == RefundState.DONE


def test_the_decision_on_the_handling_fee_is_taken_back_too(refund: Refund, clerks) -> None:
    give(refund, ACCOUNT)
    assert approve(refund, clerks[0], ACCOUNT, with_handling=True).amount == FEE
    give(refund, OTHER)
    refund.refresh_from_db()
    assert (refund.amount, refund.handling, refund.handling_returned) == (FEE - 182, 182, False)


def test_the_first_entry_after_the_approval_leaves_it(refund: Refund, clerks) -> None:
    approve(refund, clerks[0])
    give(refund, ACCOUNT)
    refund.refresh_from_db()
    assert (refund.state, refund.withdrawn_at) == (RefundState.APPROVED, None)
    assert confirm(refund, clerks[1], ACCOUNT).state == RefundState.DONE


def test_the_same_account_once_more_changes_nothing(refund: Refund, clerks) -> None:
    give(refund, ACCOUNT)
    approve(refund, clerks[0], ACCOUNT)
    give(refund, ACCOUNT)
    refund.refresh_from_db()
    assert (refund.state, refund.account_version, len(mails())) == (RefundState.APPROVED, 1, 1)


@pytest.mark.parametrize("account", [None, OTHER])
def test_an_approval_of_an_account_that_was_not_on_the_page_is_refused(refund: Refund, clerks, account) -> None:
    give(refund, ACCOUNT)
    with pytest.raises(Refused, match="口座が変更"):
        approve(refund, clerks[0], account)
    assert Refund.objects.get().state == RefundState.REQUESTED


def test_a_transfer_to_an_account_that_was_not_on_the_page_is_refused(refund: Refund, clerks) -> None:
    approve(refund, clerks[0])
    give(refund, ACCOUNT)
    with pytest.raises(Refused, match="口座が変更"):
        confirm(refund, clerks[1], OTHER)
    assert Refund.objects.get().state == RefundState.APPROVED


def test_each_entry_is_mailed_with_the_end_of_the_number_only(refund: Refund, clerks) -> None:
    give(refund, ACCOUNT)
    approve(refund, clerks[0], ACCOUNT)
    give(refund, OTHER)
    (first, first_body), (second, second_body) = mails()
    assert (first, second) == ("【OSSMA】返金先口座の登録のお知らせ", "【OSSMA】返金先口座の変更のお知らせ")
    assert "末尾 345" in first_body
    assert "末尾 321" in second_body
    assert "もう一度確認" in second_body
    assert "0012345" not in first_body
    assert "7654321" not in second_body


class TestPage:
    """The office's page of a refund."""

    def url(self, refund: Refund) -> str:
        return f"/admin/payments/refund/{refund.pk}/change/"

    def test_it_warns_of_an_account_that_came_after_the_approval(self, cast: Cast, refund: Refund, clerks) -> None:
        approve(refund, clerks[1])
        Refund.objects.update(approved_at=NOON.replace(year=2025))
        give(refund, ACCOUNT)
        assert "口座は承認のあとに登録されました" in cast.client(cast.office).get(self.url(refund)).content.decode()

    def test_it_warns_of_an_approval_that_was_taken_back(self, cast: Cast, refund: Refund, clerks) -> None:
        give(refund, ACCOUNT)
        approve(refund, clerks[1], ACCOUNT)
        give(refund, OTHER)
        shown = cast.client(cast.office).get(self.url(refund)).content.decode()
        assert "承認のあとに口座が変更されました" in shown
        assert "7654321" in shown

    def test_a_page_that_was_opened_before_the_change_decides_nothing(self, cast: Cast, refund: Refund, clerks) -> None:
        office = cast.client(cast.office)
        approve(refund, clerks[1])
        give(refund, ACCOUNT)
        form = office.get(self.url(refund)).context["form"]
        give(refund, OTHER)
        approve(refund, clerks[1], OTHER)
        answer = office.post(self.url(refund), {"decision": "confirm", "words": "T-1", "seen": form["seen"].value()})
        assert "口座が変更されました" in answer.content.decode()
        assert Refund.objects.get().state == RefundState.APPROVED

    def test_as_shown_it_is_confirmed(self, cast: Cast, refund: Refund, clerks) -> None:
        office = cast.client(cast.office)
        approve(refund, clerks[1])
        give(refund, ACCOUNT)
        form = office.get(self.url(refund)).context["form"]
        assert office.post(self.url(refund), {"decision": "confirm", "words": "T-1", "seen": form["seen"].value()}).status_code == 302
        assert Refund.objects.get().state == RefundState.DONE


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("やまだ　あや", "ヤマダ アヤ"), ("ﾔﾏﾀﾞ ｱﾔ", "ヤマダ アヤ"), ("サト− アヤ", "サトー アヤ"), ("サト― アヤ", "サトー アヤ"),
        ("ｶ)ﾔﾏﾀﾞ/ｴｲｷﾞﾖｳ", "カ)ヤマダ/エイギヨウ"),
        ("カ）「ヤマダ」", "カ)「ヤマダ」"), ("Ａ．Ｙａｍａｄａ，ＡＹＡ", "A.YAMADA,AYA"),
    ],
)  # fmt: skip
def test_an_account_holder_is_taken_as_banks_write_it_however_it_is_typed(typed: str, stored: str) -> None:
    form = AccountForm(ACCOUNT | {"holder": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["holder"] == stored


def test_the_sign_that_no_bank_takes_is_named() -> None:
    assert "「山」" in AccountForm(ACCOUNT | {"holder": "山田 アヤ"}).errors["holder"][0]


def test_the_number_of_a_passbook_of_the_post_bank_is_explained() -> None:
    assert "振込用の口座番号" in AccountForm(ACCOUNT | {"number": "12345671"}).errors["number"][0]
    assert AccountForm(ACCOUNT | {"number": "１２３−４５６７"}).is_valid()
