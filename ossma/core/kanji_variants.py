"""Variants of kanji in names, each with the form that people type.

First the pairs of the official list of letters for given names (戸籍法施行規則, 別表第二の二: old forms that may still be chosen), then the
variants that family registers write most. Only searching levels them: a name is stored as its owner writes it.
"""

# Groups: the form that is typed, then its variants. Compatibility ideographs are not here: NFKC levels those.
OFFICIAL = """
亜亞 悪惡 為爲 栄榮 衛衞 円圓 縁緣 園薗 応應 桜櫻 奥奧 横橫 温溫 価價 壊壞 懐懷 楽樂 渇渴 巻卷 陥陷 寛寬 気氣 偽僞 戯戲 虚虛 峡峽
狭狹 暁曉 駆驅 勲勳 薫薰 恵惠 掲揭 鶏鷄 芸藝 撃擊 県縣 倹儉 剣劍 険險 圏圈 検檢 顕顯 験驗 厳嚴 広廣 恒恆 黄黃 国國 黒黑 砕碎 雑雜
児兒 湿濕 実實 寿壽 収收 従從 渋澁 獣獸 縦縱 緒緖 叙敍 将將 渉涉 焼燒 奨奬 条條 状狀 乗乘 浄淨 剰剩 畳疊 嬢孃 譲讓 醸釀 真眞 寝寢
慎愼 尽盡 粋粹 酔醉 穂穗 瀬瀨 斉齊 静靜 摂攝 専專 戦戰 繊纖 禅禪 壮壯 争爭 荘莊 捜搜 巣巢 曽曾 装裝 痩瘦 騒騷 増增 蔵藏 臓臟 即卽
帯帶 滞滯 滝瀧 単單 団團 弾彈 昼晝 鋳鑄 庁廳 徴徵 聴聽 鎮鎭 転轉 伝傳 灯燈 盗盜 稲稻 徳德 拝拜 杯盃 売賣 髪髮 抜拔 晩晚 秘祕 富冨
払拂 仏佛 歩步 峰峯 翻飜 毎每 万萬 黙默 野埜 弥彌 薬藥 与與 揺搖 様樣 謡謠 来來 頼賴 覧覽 竜龍 凜凛 緑綠 涙淚 塁壘 礼禮 暦曆 歴歷
錬鍊 郎郞 録錄 島嶋嶌
"""
OF_FAMILIES = """
高髙 崎﨑嵜埼碕 吉𠮷 辺邊邉 斎齋 浜濵濱 柳栁桺 桑桒 槙槇 沢澤 関關 塩鹽 館舘 橋槗 土圡 船舩 角⻆ 鉄鐵銕 桧檜 諌諫 桝枡 籠篭 梼檮 曜燿
遥遙 尭堯 晋晉 柏栢 藤籐 蛍螢 瑶瑤 亀龜 弁辨辯瓣 沖冲 裕𥙿 彦彥 昂昻 清淸 青靑 教敎 尚尙 悦悅 税稅 説說 脱脫 内內 呉吳 戸戶 戻戾
巌巖 煕熙凞 奈柰 苅刈 芦蘆 鯵鰺 鴎鷗 祢禰 頬頰 桟棧 壷壺 竈竃 薮藪 蝋蠟 撹攪 麹麴 屏屛 繋繫 掻搔 噛嚙 填塡 顛顚 嘘噓 躯軀 叱𠮟 剥剝
餅餠
"""

# For str.translate.
COMMON_FORM = {ord(variant): group[0] for group in (*OFFICIAL.split(), *OF_FAMILIES.split()) for variant in group[1:]}
