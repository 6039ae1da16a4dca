"""Demo content: invented helpline numbers under the red banner, well-known local emergency numbers, a first FAQ."""

from datetime import datetime

from helpline import files
from helpline.models import FaqEntry, HelplineNumber, LocalEmergency
from helpline.states import FromMobile, NumberKind
from ossma.core import audit
from ossma.core.viewer import SYSTEM

# Nobody can own these: a universal freephone number of zeros only, a Tokyo number and a US exchange that begin with 0.
UIFN = "+80000000000"
DIRECT = "+81300000000"
US_FREEPHONE = "+18000000000"
# Ministry code → what one dials before an international number.
PREFIXES = {
    "0033": "00", "0044": "00", "0049": "00", "0039": "00", "0034": "00", "0031": "00", "0032": "00", "0041": "00", "0043": "00", "0353": "00",
    "0064": "00", "0086": "00", "0054": "00", "0061": "0011", "1000": "011", "1808": "011", "9001": "011", "0082": "001", "0852": "001",
}  # fmt: skip
NOT_FROM_MOBILES = {"0086"}
FREEPHONE_NOTE = {
    "note_ja": "通話料はかかりません。ホテルの電話では、外線番号や手数料が必要なことがあります。",
    "note_en": "The call is free. Hotel phones may need a digit for an outside line and may charge a fee.",
}
DIRECT_NOTE = {
    "note_ja": "国際通話料がかかります。日本の携帯電話では、ローミング料金がかかります。",
    "note_en": "International call charges apply; on Japanese mobile phones, roaming charges.",
}
COLLECT_NOTE = {
    "note_ja": "固定電話から現地の交換手を呼び出し、コレクトコール（料金は受ける側の負担）を申し込んでください。",
    "note_en": "Call the local operator from a fixed line and ask for a collect call: the helpline pays.",
}


def load_demo_helpline(at: datetime) -> None:
    """Fill each table that is empty; a table that holds rows is left alone, for demo never mixes with real."""
    loaded = {
        "numbers": 0 if HelplineNumber.objects.exists() else len(HelplineNumber.objects.bulk_create(_numbers())),
        "emergencies": 0 if LocalEmergency.objects.exists() else len(LocalEmergency.objects.bulk_create(_emergencies())),
        "faq": 0 if FaqEntry.objects.exists() else len(FaqEntry.objects.bulk_create(_faq())),
    }
    audit.record(actor=SYSTEM, at=at, action="helpline.demo_loaded", detail=loaded)


def _numbers() -> list[HelplineNumber]:
    everywhere = [
        HelplineNumber(kind=NumberKind.COLLECT, dial_as_shown="+81 3-0000-0000", e164=DIRECT, from_mobile=FromMobile.NO, **COLLECT_NOTE),
        HelplineNumber(kind=NumberKind.DIRECT_PAID, dial_as_shown="+81 3-0000-0000", e164=DIRECT, from_mobile=FromMobile.YES, **DIRECT_NOTE),
    ]
    national = [
        HelplineNumber(
            country_id=code,
            kind=NumberKind.NATIONAL_FREEPHONE,
            dial_as_shown="1-800-000-0000",
            e164=US_FREEPHONE,
            from_mobile=FromMobile.YES,
            **FREEPHONE_NOTE,
        )
        for code in ("1000", "1808", "9001")
    ]
    return everywhere + national + [_universal(code, prefix) for code, prefix in PREFIXES.items()]


def _universal(code: str, prefix: str) -> HelplineNumber:
    reach = FromMobile.NO if code in NOT_FROM_MOBILES else FromMobile.UNKNOWN
    shown = f"{prefix} 800 0000 0000"
    return HelplineNumber(country_id=code, kind=NumberKind.UIFN, dial_as_shown=shown, e164=UIFN, from_mobile=reach, **FREEPHONE_NOTE)


def _emergencies() -> list[LocalEmergency]:
    return [
        LocalEmergency(country_id=row["mofa_cd"], police=row["police"], ambulance=row["ambulance"], fire=row["fire"])
        for row in files.emergency_rows()
    ]


def _faq() -> list[FaqEntry]:
    return [FaqEntry(sort=number, **row) for number, row in enumerate(files.faq_rows(), start=1)]
