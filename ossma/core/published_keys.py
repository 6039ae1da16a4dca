"""SHA-256 of every key, secret and password that stands in this public repository: none of them protects anything.

A test reads all files of the repository for such values and fails where one has no line here (`tests/walls/test_published_keys.py`).
Lines stay when the value leaves the files: it stays in the history.
"""

PUBLISHED = frozenset(
    {
        "06656886428db56b08b03a10211351d6428c6cfe7326aa1ff77f3732e1aabc89",
        "09bf7cf8a02246bca51607def8d50d9115ad4fc635c341a5c9f5101b89d178c2",
        "0be64ae89ddd24e225434de95d501711339baeee18f009ba9b4369af27d30d60",
        "114fbf629cfa044ed864905b74e8c6a4542d31afa11ebdea330ee173b2866157",
        "225f7e75329dd45aa354975d73987319309393af3a4c6733bc13601a4f1b8796",
        "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b",
        "30c952fab122c3f9759f02a6d95c3758b246b4fee239957b2d4fee46e26170c4",
        "4a71c3697b384892c00849953ec55d74d68b3abba42eea653402ffcfe000b89b",
        "50bf2dc9e65b9e256f61af937d43de4b00893b9d7a2a95db6d5669f08af3a158",
        "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
        "7a22da1ddf51a945bde6a3e940cdf91c9815108dc7235fe60da782dec55fb883",
        "8161ab7f852d53f1a9f2cb73a1126c2aa920dedc453edd280c306b45ab33a0ac",
        "851382bec73d07db9c9801e4ffb5acaa86e94079b9d492888313598c1546ac73",
        "98c1eb4ee93476743763878fcb96a25fbc9a175074d64004779ecb5242f645e6",
        "9d9c50b7d94cce8c22ed7cde21d034556ca4ceb255bf4f6b86b5bf41ae56843e",
        "ae4f17c3010e737ad5d9f6a24b8b88507fca0d4772820fba22e247f68e9de7b4",
        "be1840b59c2c003d630d0e9a5a24943205ba1677eb5f5861742ab56a2ef717e4",
        "d74ff0ee8da3b9806b18c877dbf29bbde50b5bd8e4dad7a3a725000feb82e8f1",
        "eb31ff8adc3e0538368c9c5b797b5ac4e8a1212701e9811424d660f1b302e7fd",
        "f5c8bb5a44b28cfbe65e7221f149920b2cf309586c63bc40fae9bc0ce722b6a1",
        "f684c73cba75b2ba0b6833f62a8fa8af6b8a2d3711b775d52596105f4917e38d",
        "febe1d741b49e5a9c31526728d8c5134a803adfc4c04c4f052673722ed85597e",
    }
)
