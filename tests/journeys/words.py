"""What stands on the pages, letter for letter: the English label, and the Japanese one of the spec or, where it names none, of the page."""

JAPANESE = {
    "Skip to the content": "本文へ",
    # Registration
    "Looking after you while you are abroad": "海外にいるあなたの安全を支えます",
    "Register as a new member": "新規会員登録はこちら",
    "New member registration": "新規会員登録",
    "Terms of use": "利用規約",
    "Privacy policy": "個人情報保護方針",
    "E-mail address": "メールアドレス",
    "Password": "パスワード",
    "Send": "送信する",
    "Enter the confirmation code": "確認コードの入力",
    "Confirmation code": "確認コード",
    "Confirm": "確認する",
    "Enter your school's password": "学校・団体パスワードの入力",
    "School or organisation password": "学校・団体パスワード",
    "This password cannot be used. Please check it with your school and enter it again.": (
        "このパスワードは使えません。学校・団体に確認して、もう一度入力してください。"
    ),
    "Next": "次へ",
    "Is Aoba International University right?": "青葉国際大学で間違いないでしょうか。",
    "Yes": "はい",
    "Member information": "会員情報",
    "Family name": "姓",
    "Given name": "名",
    "Family name (kana)": "姓（カナ）",
    "Given name (kana)": "名（カナ）",
    "Family name (Roman letters)": "姓（ローマ字）",
    "Given name (Roman letters)": "名（ローマ字）",
    "Birth date": "生年月日",
    "Student": "学生",
    "Student number": "学籍番号",
    "Postal code": "郵便番号",
    "Postal address": "住所",
    "Mobile phone": "携帯電話番号",
    "First contact": "1人目の連絡先",
    "Second contact (optional)": "2人目の連絡先（任意）",
    "Name": "氏名",
    "Relation": "続柄",
    "Phone": "電話",
    "Check what you entered": "入力内容の確認",
    "This day is in the future. Please check the year.": "未来の日付です。年を確認してください。",
    "Shall we register you?": "登録してよろしいですか。",
    "You are registered": "登録が完了しました",
    # The officer
    "Log in": "ログイン",
    "Second step": "2段階認証",
    "Code from the app": "アプリのコード",
    "Today": "今日",
    "Safety advisories": "海外安全情報",
    "Make a draft safety check": "安否確認の下書きを作る",
    "Change the safety check": "安否確認を変更する",
    "Title (English)": "タイトル（英語）",
    "Text (English)": "本文（英語）",
    "Save and see who is asked": "保存して対象者を確認する",
    "Preview": "送信前の確認",
    "Figures": "集計",
    "Needs help": "助けが必要",
    # The answer
    "I am safe": "無事です",
    "Received: you are safe.": "「無事です」を受け取りました。",
    "I'm here now": "今ここ",
    "Thank you. Your answer has arrived.": "ありがとうございます。回答が届きました。",
    "This link does not work": "このリンクは使えません",
    # Application
    "Apply for a service": "サービスを申し込む",
    "New application": "新しく申し込む",
    "Member": "会員",
    "Country or region": "国・地域",
    "City": "都市",
    "Purpose": "渡航目的",
    "Study abroad": "留学",
    "First day abroad": "渡航期間の初日",
    "Last day abroad": "渡航期間の最終日",
    "Check the application": "申込内容を確認する",
    "Apply": "申し込む",
    "Do you want to apply?": "申し込んでよろしいですか。",
    "Your application is complete": "お申込みが完了しました",
    "Membership fee (tax included)": "会費（税込）",
    "Handling fee": "取扱手数料",
    "Total": "合計",
    "Go to payment": "お支払いへ進む",
    "Service applications": "サービス申込",
    # Payment
    "Credit card": "クレジットカード",
    "Card number": "カード番号",
    "Expiry (MM/YY)": "有効期限（月/年）",
    "Security code": "セキュリティコード",
    "Pay": "支払う",
    "Waiting for the payment to be confirmed": "お支払いの確認を待っています",
    "Your payment has been completed": "お支払い手続きが完了しました",
    "Refresh now": "今すぐ更新する",
    # Itinerary
    "To the top page": "トップページへ",
    "Home": "ホーム",
    "This opens once the fee is paid. Please pay it from the payment page.": (
        "会費のお支払いが済むと、開けるようになります。お支払いのページからお支払いください。"
    ),
    "Kind": "種別",
    "Stay": "滞在",
    "Itinerary": "旅程",
    "Add to the itinerary": "旅程を追加する",
    "From (local time)": "開始（現地時刻）",
    "Until (local time)": "終了（現地時刻）",
    "Place (hotel, flight number, host)": "場所（ホテル、便名、滞在先など）",
    "Save": "保存する",
    # Without network, and push messages
    "Helpline": "ヘルプライン",
    "No network": "通信できません",
    "OSSMA on your home screen": "OSSMAをホーム画面に追加する",
    "To push messages": "プッシュ通知の設定へ",
    "Show the numbers": "電話番号を見る",
    "Safety report": "安否報告",
    "I need help": "助けが必要",
    "Report": "報告する",
    "Push messages": "プッシュ通知",
    "Receive on this device": "この端末で受け取る",
    "Send a test message": "テスト通知を送る",
    "Stop on this device": "この端末での受け取りをやめる",
    "[OSSMA] Payment received": "【OSSMA】お支払い手続き完了のお知らせ",
    "[OSSMA] Payment page opened": "【OSSMA】お支払いページのご案内",
}


class Words:
    """The labels of one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, english: str) -> str:
        """The label as this reader sees it."""
        return english if self.language == "en" else JAPANESE[english]

    def yen(self, amount: int) -> str:
        """An amount as this reader sees it."""
        return f"¥{amount:,}" if self.language == "en" else f"{amount:,}円"
