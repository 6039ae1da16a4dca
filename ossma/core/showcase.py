"""Sample content of /dev/components/: every component of templates/components/ once, with invented data."""

from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.utils.functional import lazy
from django.utils.translation import get_language

from ossma.core import formats, worldmap

MOMENT = datetime(2026, 11, 21, 2, 10, tzinfo=UTC)


def _say(english: str, japanese: str) -> str:
    return japanese if formats.is_japanese(get_language() or "ja") else english


# Invented sample words, kept out of the catalogs of real messages.
say = lazy(_say, str)


WORDS = {
    "continue": say("Continue", "次へ進む"),
    "save_for_later": say("Save for later", "あとで続ける"),
    "back": say("Back", "戻る"),
    "cancel_the_application": say("Cancel the application", "申込を取り消す"),
    "call_the_helpline": say("Call the helpline", "ヘルプラインに電話"),
    "safe": say("Safe", "無事"),
    "needs_help": say("Needs help", "助けが必要"),
    "no_answer": say("No answer", "未回答"),
    "answered_late": say("Answered late", "期限後に回答"),
    "not_there": say("Not there", "不在"),
    "drill": say("Drill", "訓練"),
    "draft": say("Draft", "下書き"),
    "paid": say("Paid", "支払い済み"),
    "picture_of_a_street": say("Picture that Aya sent on 21 November", "あやさんが11月21日に送った写真"),
    "gap_of_two_days": say("Gap of two days", "旅程に空き 2日"),
    "not_insured": say("Not insured", "保険なし"),
    "the_helpline_answers_24_hours_a_day": say("The helpline answers 24 hours a day.", "ヘルプラインは24時間つながります。"),
    "it_is_never_closed_for_holidays": say("It is never closed for holidays.", "祝日もお休みはありません。"),
    "numbers_by_country": say("Numbers by country", "国別の電話番号"),
    "your_answer_has_arrived": say("Your answer has arrived.", "回答が届きました。"),
    "two_days_of_your_trip_have_no_address": say("Two days of your trip have no address.", "旅程に、滞在先のない日が2日あります。"),
    "the_payment_did_not_go_through": say("The payment did not go through.", "お支払いが完了していません。"),
    "nothing_was_charged_please_try_again": say("Nothing was charged. Please try again.", "請求はされていません。もう一度お試しください。"),
    "this_is_an_exercise": say("This is an exercise.", "これは訓練です。"),
    "42_days": say("42 days", "あと42日"),
    "until_you_come_home": say("until you come home", "帰国まで"),
    "answered": say("Answered", "回答済み"),
    "applications": say("Applications", "サービス申込"),
    "payments": say("Payments", "お支払い"),
    "member_card": say("Member card", "会員カード"),
    "inquiry": say("Inquiry", "問い合わせ"),
    "show": say("Show", "表示する人"),
    "members_abroad_by_city": say("Members abroad by city", "海外にいる会員（都市別）"),
    "no_applications_yet": say("No applications yet", "申込はまだありません"),
    "your_applications_will_appear_here_newest_first": say(
        "Your applications will appear here, newest first.", "申し込むと、ここに新しい順に並びます。"
    ),
    "apply_for_a_service": say("Apply for a service", "サービスを申し込む"),
    "every_part_pages_are_made_of_with_invented_data": say(
        "Every part pages are made of, with invented data.", "画面を組み立てる部品の一覧です。内容は架空のものです。"
    ),
    "name": say("Name", "氏名"),
    "status": say("Status", "状態"),
    "place": say("Place", "場所"),
}


class SampleForm(forms.Form):
    """One field of every kind that the field template dresses differently."""

    email = forms.EmailField(
        label=say("E-mail address", "メールアドレス"),
        help_text=say("We send a six-digit code to this address.", "このアドレスに6桁の確認コードをお送りします。"),
    )
    password = forms.CharField(label=say("Password", "パスワード"), widget=forms.PasswordInput)
    country = forms.ChoiceField(
        label=say("Country", "国"), choices=[("", "---------"), ("FR", say("France", "フランス")), ("PE", say("Peru", "ペルー"))]
    )
    born = forms.DateField(label=say("Birth date", "生年月日"), widget=forms.SelectDateWidget(years=range(2008, 1990, -1)))
    leaves = forms.SplitDateTimeField(
        label=say("Departure", "出発"),
        widget=forms.SplitDateTimeWidget(date_attrs={"type": "date"}, time_attrs={"type": "time"}),
    )
    kind = forms.ChoiceField(
        label=say("What happened?", "どうしましたか"),
        widget=forms.RadioSelect,
        choices=[
            ("injured", say("Injured", "けが")),
            ("ill", say("Ill", "病気")),
            ("crime", say("Crime", "犯罪の被害")),
            ("lost", say("Lost", "道に迷った")),
        ],
    )
    channels = forms.MultipleChoiceField(
        label=say("How may we reach you?", "連絡してよい方法"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("mail", say("E-mail", "メール")), ("push", say("Push notification", "プッシュ通知"))],
    )
    comment = forms.CharField(label=say("Comment", "コメント"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    ticket = forms.FileField(label=say("Picture of the ticket", "チケットの写真"), required=False)
    agree = forms.BooleanField(label=say("I agree to the terms", "利用規約に同意します"))


def _page() -> Page:
    return Paginator(range(95), 20).page(2)


def _people() -> list[dict[str, Any]]:
    return [
        {
            "name": say("Yamada Aya", "山田 あや"),
            "status": "help",
            "label": say("Needs help", "助けが必要"),
            "place": say("Paris", "パリ"),
            "minutes": None,
        },
        {"name": say("Sato Ben", "佐藤 勉"), "status": "silent", "label": say("No answer", "未回答"), "place": say("Lima", "リマ"), "minutes": 12},
        {
            "name": say("Li Chika", "李 千佳"),
            "status": "late",
            "label": say("Answered late", "期限後に回答"),
            "place": say("Paris", "パリ"),
            "minutes": None,
        },
        {
            "name": say("Doi Emi", "土井 絵美"),
            "status": "not_there",
            "label": say("Not there", "不在"),
            "place": say("Rome", "ローマ"),
            "minutes": None,
        },
        {"name": say("Mori Ken", "森 健"), "status": "safe", "label": say("Safe", "無事"), "place": say("Paris", "パリ"), "minutes": None},
    ]


def _points() -> list[dict[str, Any]]:
    places = [("Paris", 2.35, 48.86, 187, 26), ("Lima", -77.04, -12.05, 41, 20), ("Sydney", 151.2, -33.87, 28, 18)]
    points: list[dict[str, Any]] = []
    for name, lon, lat, count, radius in places:
        x, y = worldmap.xy(lon, lat)
        points.append({"x": x, "y": y, "count": count, "r": radius, "label": f"{name}: {count}", "url": "#map"})
    x, y = worldmap.xy(-99.13, 19.43)
    return [*points, {"x": x, "y": y, "status": "help", "label": "Mexico City: Yamada Aya", "url": "#map"}]


def samples() -> dict[str, Any]:
    """Build the page's context; the form is bound to wrong input so that its errors show."""
    blank = SampleForm(auto_id="blank_%s")
    wrong = SampleForm(data={"email": "aya@", "kind": "none"})
    return {
        "words": WORDS,
        "blank": blank,
        "form": wrong,
        "moment": MOMENT,
        "day": date(2026, 11, 21),
        "zone": "Europe/Paris",
        "steps": [say("E-mail", "メール"), say("Code", "確認コード"), say("School", "学校・団体"), say("Profile", "会員情報"), say("Done", "完了")],
        "rows": [
            {"label": say("Service", "サービス"), "value": "OSSMA Plus", "change_url": "#rows"},
            {"label": say("Destination", "渡航先"), "value": say("Paris, France", "フランス・パリ"), "change_url": "#rows"},
            {"label": say("Host institution", "受入先"), "value": "", "change_url": "#rows"},
            {"label": say("Fee", "会費"), "value": formats.yen(3812, get_language() or "ja")},
        ],
        "levels": [
            {
                "weight": "warn",
                "label": say("Level 2: avoid trips that can wait", "レベル2：不要不急の渡航は止めてください"),
                "others": say("Level 3", "レベル3"),
                "issued_on": date(2026, 11, 20),
                "changed_at": MOMENT,
                "url": "#levels",
            }
        ],
        "filters": [
            {"label": say("All", "すべて"), "url": "#filters", "current": True, "count": 232},
            {"label": say("Needs help", "助けが必要"), "url": "#filters", "current": False, "count": 1},
            {"label": say("No answer", "未回答"), "url": "#filters", "current": False, "count": 41},
        ],
        "stays": [
            {"time": "2026-11-20 10:40", "title": say("Flight to Paris", "パリ行きの便"), "icon": "plane"},
            {"time": "2026-11-20 18:00", "title": say("Hotel in Paris", "パリのホテル"), "text": "12 rue Exemple", "icon": "bed", "current": True},
            {"time": "2027-01-03 09:00", "title": say("Train to Lyon", "リヨン行きの列車"), "icon": "pin", "url": "#timeline"},
        ],
        "people": _people(),
        "points": _points(),
        "page": _page(),
        "check": {"title": say("Large power cut in Paris", "パリで大きな停電"), "place": say("Paris", "パリ"), "local_time": "03:02", "url": "#ask"},
        "exercise": {
            "title": say("Earthquake drill", "地震の訓練"),
            "place": say("Lima", "リマ"),
            "local_time": "21:02",
            "url": "#ask",
            "is_drill": True,
        },
    }
