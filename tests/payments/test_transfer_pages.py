"""The office's pages of bank transfers: what waits, the file, the second person, the bank's result."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ossma.core import registries
from ossma.core.viewer import SYSTEM
from payments import actions
from payments.gateways.base import Status
from payments.models import Attempt, Refund, TransferFile
from tests.cast import Cast, office_viewer
from tests.factories.payments import NOON
from tests.payments.fake_gateway import FakeGateway
from tests.payments.steps import learn, paid
from tests.payments.test_transfer_files import ACCOUNT
from tests.payments.zengin_oracle import parsed

TO_MAKE = "/admin/payments/transferfile/to-make/"
RESULTS = "/admin/payments/transferfile/results/"
OUR_ACCOUNT = {
    "TRANSFER_CLIENT_CODE": "1234567890", "TRANSFER_CLIENT_NAME": "ミホン", "TRANSFER_BANK": "0005", "TRANSFER_BRANCH": "本店",
    "TRANSFER_ACCOUNT": "7654321",
}  # fmt: skip


@pytest.fixture
def refund(attempt: Attempt, gateway: FakeGateway, cast: Cast) -> Refund:
    """Approved, with an account."""
    gateway.says(attempt.order_id, Status.PAID)
    learn(attempt, paid())
    Attempt.objects.update(method="konbini")
    asked = actions.request_refund(payment_id=attempt.payment_id, amount=1000, rule="取消", actor=SYSTEM, at=NOON)
    actions.approve_refund(refund_id=asked.pk, note="", actor=office_viewer(cast.office.pk), at=NOON)
    return actions.give_account(refund_id=asked.pk, account=ACCOUNT, actor=SYSTEM, at=NOON)


@pytest.fixture
def clerk(cast: Cast) -> Client:
    return cast.client(cast.colleague("clerk"))


@pytest.fixture
def manager(cast: Cast) -> Client:
    return cast.client(cast.second_manager())


def text(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def made(clerk: Client) -> str:
    """The clerk makes the file; returns its address."""
    page = clerk.get(TO_MAKE)
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    ids = ",".join(str(one.refund.pk) for one in page.context["ready"])
    answer = clerk.post(TO_MAKE, {"refund_ids": ids, "seen": page.context["seen"], "transfer_on": tomorrow})
    assert answer.status_code == 302, answer.context["make_form"].errors
    return answer.url


def confirm(manager: Client, url: str) -> str:
    seen = manager.get(url).context["seen"]
    return text(manager.post(url, {"confirm": "1", "seen": seen}, follow=True))


def test_what_waits_is_shown_with_number_and_sum_and_what_is_missing_is_named(clerk: Client, refund: Refund) -> None:
    shown = text(clerk.get(TO_MAKE))
    assert "1,000円" in shown
    assert "ﾔﾏﾀﾞ ｼﾖｳｺ" in shown
    assert "0012345" in shown
    Refund.objects.update(account="")
    assert "口座が登録されていません" in text(clerk.get(TO_MAKE))


def test_one_makes_the_file_another_confirms_it_the_bank_gets_it_and_its_result_ends_it(
    clerk: Client, manager: Client, refund: Refund, settings
) -> None:
    for name, value in OUR_ACCOUNT.items():
        setattr(settings, name, value)
    url = made(clerk)
    take = url.replace("change", "take")
    assert 'name="confirm"' not in text(clerk.get(url))
    assert clerk.post(take, {"zengin": "1"}).status_code == 302
    assert "確認しました" in confirm(manager, url)
    file = clerk.post(take, {"zengin": "1"})
    assert f"transfers-{TransferFile.objects.get().pk}.txt" in file["Content-Disposition"]
    assert "no-store" in file["Cache-Control"]
    records = parsed(file.content)
    assert [record["データ区分"] for record in records] == ["1", "2", "8", "9"]
    assert records[0]["振込依頼人名"] == "ﾐﾎﾝ"
    answer = clerk.post(RESULTS, {"content": SimpleUploadedFile("bank.txt", file.content)}, follow=True)
    assert "1件の振込を完了にしました" in text(answer)
    assert Refund.objects.get().state == "done"
    assert "済みでした" in text(clerk.post(RESULTS, {"content": SimpleUploadedFile("bank.txt", file.content)}, follow=True))


def test_without_an_account_of_the_office_there_is_the_table(clerk: Client, manager: Client, refund: Refund) -> None:
    url = made(clerk)
    confirm(manager, url)
    take = url.replace("change", "take")
    assert clerk.post(take, {"zengin": "1"}).status_code == 302
    table = clerk.post(take, {"table": "1"}).content.decode("utf-8-sig")
    assert "0012345" in table


def test_a_member_whose_account_is_in_a_file_is_told_before_typing_another(cast: Cast, clerk: Client, refund: Refund) -> None:
    aya, url = cast.client(cast.aya), f"/payments/{refund.payment_id}/refund/"
    assert 'name="holder"' in text(aya.get(url))
    made(clerk)
    for answer in (aya.get(url, follow=True), aya.post(url, {**ACCOUNT, "number": "7654321"}, follow=True)):
        assert "口座は変更できません" in text(answer)
    assert "0012345" in Refund.objects.get().account


def test_the_second_person_confirms_what_was_shown_only(clerk: Client, manager: Client, refund: Refund) -> None:
    url = made(clerk)
    text(manager.post(url, {"confirm": "1", "seen": "x"}))
    assert TransferFile.objects.get().state == "made"


def test_a_file_is_discarded_with_a_reason(clerk: Client, manager: Client, refund: Refund) -> None:
    url = made(clerk)
    assert "必須" in text(clerk.post(url, {"discard": "1", "reason": ""})) or TransferFile.objects.get().state == "made"
    assert clerk.post(url, {"discard": "1", "reason": "日付の誤り"}).status_code == 302
    assert TransferFile.objects.get().state == "discarded"
    assert "1,000円" in text(clerk.get(TO_MAKE))


@pytest.mark.parametrize("content", [b"", b"hello", b"\x89PNG\r\n\x1a\n\0", b"1" * 120 + b"2" + b"x" * 119])
def test_a_file_that_is_no_result_is_refused_at_its_field(clerk: Client, refund: Refund, content: bytes) -> None:
    page = clerk.post(RESULTS, {"content": SimpleUploadedFile("x.txt", content)})
    assert page.context["result_form"].errors.keys() == {"content"}
    assert "1,000円" in text(page)


def test_rows_that_do_not_fit_are_named(clerk: Client, refund: Refund) -> None:
    content = "番号,振込金額,結果\n999999,1000,済\nabc,1,済\n".encode("cp932")
    shown = text(clerk.post(RESULTS, {"content": SimpleUploadedFile("x.csv", content)}, follow=True))
    assert "999999" in shown
    assert "3行目" in shown


@pytest.mark.parametrize("role", ["operator", "publisher"])
def test_others_have_no_such_pages(cast: Cast, clerk: Client, refund: Refund, role: str) -> None:
    url, other = made(clerk), cast.client(cast.colleague(role))
    assert {other.get(page).status_code for page in (TO_MAKE, RESULTS, url)} == {404}
    assert other.post(url.replace("change", "take"), {"table": "1"}).status_code == 404


def test_the_work_list_leads_to_the_page(cast: Cast, clerk: Client, refund: Refund) -> None:
    viewer = cast.viewer(cast.colleague("clerk"))

    def listed() -> dict[str, str]:
        return {item.key: item.url for item in registries.work_list.get("payments")(viewer, NOON)}

    page = reverse("admin:payments_transferfile_to_make")
    assert listed() == {"refunds:approved": page}
    made(clerk)
    assert listed() == {"transfer_files:made": page}
