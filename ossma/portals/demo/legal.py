"""Terms and privacy policy for the demo: short, and marked as samples."""

from datetime import UTC, date, datetime, timedelta

from members.models import LegalDocument
from members.states import LegalKind

TERMS_JA = """見本の利用規約です。

1. OSSMAは、海外に滞在する学生・教職員の安全を支援する会員制サービスです。
2. 会員は、正しい情報を登録し、変更があったときは速やかに更新します。
3. OSSMAは保険ではありません。
"""
TERMS_EN = """Sample terms of use.

1. OSSMA is a membership that looks after students and staff abroad.
2. Members register true information and keep it up to date.
3. OSSMA is not an insurance.
"""
PRIVACY_JA = """見本の個人情報保護方針です。

1. お預かりした情報は、安否確認と緊急時の支援のために使います。
2. 位置情報は、ご本人が送信したときだけ記録し、一定期間後に市区町村の単位に丸めます。
3. ご本人は、いつでも自分の情報を確認・訂正できます。
"""
PRIVACY_EN = """Sample privacy policy.

1. What you give us is used for safety checks and for help in an emergency.
2. Your position is recorded only when you send it, and is reduced to the city after a time.
3. You can see and correct your information at any time.
"""


def make_legal(today: date) -> None:
    """One version of each, in effect for a year."""
    start = today - timedelta(days=365)
    for kind, ja, en in ((LegalKind.TERMS, TERMS_JA, TERMS_EN), (LegalKind.PRIVACY, PRIVACY_JA, PRIVACY_EN)):
        LegalDocument.objects.create(
            kind=kind,
            version="demo-1",
            body_ja=ja,
            body_en=en,
            published_on=start - timedelta(days=40),
            effective_on=start,
            approved_at=datetime(start.year, start.month, start.day, tzinfo=UTC) - timedelta(days=40),
        )
