"""Text as Japanese banks take it in transfers: half-width katakana, Latin capitals, digits and a few signs (JIS X 0201)."""

import re
import unicodedata

# Neither ｦ nor small letters nor ｰ are taken by all banks; passbooks print these in their place.
SMALL = str.maketrans("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ")
OLD_KANA = str.maketrans("ヵヶヲヰヱ", "カケオイエ")
SIGNS = str.maketrans({**dict.fromkeys("ー‐−―–—゠=", "-"), "・": ".", "。": ".", "、": ","})
NOT_TAKEN = re.compile(r"[^ｱ-ﾝﾞﾟA-Z0-9 ()｢｣.,\-/]")
FULL = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
HALF = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ"
WIDTHS = str.maketrans(f"{FULL}\u3099\u309a「」", f"{HALF}ﾞﾟ｢｣")
# What passbooks print for a legal person, by what may be typed for it (the longer before what it ends with).
LEGAL_FORMS = {
    "カ": ("株式会社", "カブシキガイシヤ", "カブシキカイシヤ", "(株)"),
    "ユ": ("有限会社", "ユウゲンガイシヤ", "ユウゲンカイシヤ", "(有)"),
    "ド": ("合同会社", "ゴウドウガイシヤ", "ゴウドウカイシヤ", "(同)"),
    "メ": ("合名会社", "ゴウメイガイシヤ", "ゴウメイカイシヤ", "(名)"),
    "シ": ("合資会社", "ゴウシガイシヤ", "ゴウシカイシヤ", "(資)"),
    "シヤ": ("一般社団法人", "公益社団法人", "イツパンシヤダンホウジン", "コウエキシヤダンホウジン", "(社)"),
    "ザイ": ("一般財団法人", "公益財団法人", "イツパンザイダンホウジン", "コウエキザイダンホウジン", "(財)"),
    "ガク": ("学校法人", "ガツコウホウジン", "(学)"),
    "ダイ": ("国立大学法人", "公立大学法人", "コクリツダイガクホウジン", "コウリツダイガクホウジン"),
    "ドク": ("独立行政法人", "ドクリツギヨウセイホウジン"),
    "トクヒ": ("特定非営利活動法人", "NPO法人", "トクテイヒエイリカツドウホウジン"),
    "フク": ("社会福祉法人", "シヤカイフクシホウジン", "(福)"),
    "シユウ": ("宗教法人", "シユウキヨウホウジン", "(宗)"),
    "イ": ("医療法人", "イリヨウホウジン", "(医)"),
}


def short_legal_form(text: str) -> str:
    """The text with a legal form at its beginning or end as passbooks print it: 株式会社ミホン → カ)ミホン, ミホン株式会社 → ミホン(カ."""
    level = text.translate(SMALL)
    for short, long_forms in LEGAL_FORMS.items():
        for form in long_forms:
            if level.startswith(form) and level != form:
                return f"{short}){text[len(form) :].lstrip()}"
            if level.endswith(form) and level != form:
                return f"{text[: -len(form)].rstrip()}({short}"
    return text


def bank_kana(text: str) -> str:
    """The text in the signs that banks take. What they do not take stays as it is: ask `not_taken`."""
    level = unicodedata.normalize("NFKC", text).upper().translate(SMALL).translate(OLD_KANA).translate(SIGNS)
    return unicodedata.normalize("NFD", level).translate(WIDTHS)


def not_taken(text: str) -> str | None:
    """The first sign of the text that banks do not take."""
    found = NOT_TAKEN.search(bank_kana(text))
    return found[0] if found else None
