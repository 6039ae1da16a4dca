"""One conversion of addresses for every path: the form to keep, the form for the wire, the form to compare."""

import pytest
from django.core.exceptions import ValidationError

from ossma.core.mail_addresses import normal_address, same_address, wire_address


@pytest.mark.parametrize(
    ("typed", "kept", "wire"),
    [
        ("aya@example.jp", "aya@example.jp", "aya@example.jp"),
        (" Aya@Example.JP ", "Aya@example.jp", "Aya@example.jp"),
        ("ａｙａ＠ｅｘａｍｐｌｅ．ｊｐ", "aya@example.jp", "aya@example.jp"),
        ("aya@example。jp", "aya@example.jp", "aya@example.jp"),
        ("\u202aaya@example.jp\u202c", "aya@example.jp", "aya@example.jp"),
        ("aya@日本語.jp", "aya@日本語.jp", "aya@xn--wgv71a119e.jp"),
        ("aya@XN--WGV71A119E.jp", "aya@日本語.jp", "aya@xn--wgv71a119e.jp"),
        # IDNA 2003 makes fass.de of this, which is somebody else's.
        ("aya@faß.de", "aya@faß.de", "aya@xn--fa-hia.de"),
        ("hanako..y.@docomo.ne.jp", "hanako..y.@docomo.ne.jp", '"hanako..y."@docomo.ne.jp'),
        (".hana@ezweb.ne.jp", ".hana@ezweb.ne.jp", '".hana"@ezweb.ne.jp'),
        ('"hanako..y."@docomo.ne.jp', "hanako..y.@docomo.ne.jp", '"hanako..y."@docomo.ne.jp'),
        ('"a..b"@example.jp', '"a..b"@example.jp', '"a..b"@example.jp'),
        ("a+b/c=d@example.jp", "a+b/c=d@example.jp", "a+b/c=d@example.jp"),
    ],
)
def test_what_is_typed_is_kept_readable_and_sent_as_the_wire_wants_it(typed, kept, wire):
    assert normal_address(typed) == kept
    assert wire_address(kept) == wire
    assert same_address(kept, wire)
    assert normal_address(kept) == kept


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("aya", "hanako@example.jp"),
        ("@example.jp", "hanako@example.jp"),
        ("aya@", "hanako@example.jp"),
        ("ayá@example.jp", "á"),
        ("a b@example.jp", " "),
        ("山田@example.jp", "山"),
        ("aya@😀.jp", "😀.jp"),
        ("aya@exa_mple.jp", "exa_mple.jp"),
        ("aya@localhost..jp", "localhost..jp"),
        ("taro.@gmail.com", '"taro."@gmail.com'),
        (f"{'a' * 65}@example.jp", "64"),
        ("aya@example", "example"),
        ('"a b"@example.jp', " "),
    ],
)
def test_what_cannot_be_sent_to_is_refused_with_the_reason(typed, named):
    with pytest.raises(ValidationError) as refused:
        normal_address(typed)
    assert named in refused.value.message


@pytest.mark.parametrize("address", ["ayá@example.jp", "a b@example.jp", "aya", "", "aya@😀.jp"])
def test_what_is_no_address_is_left_for_the_postman_to_refuse(address):
    assert wire_address(address) == address


def test_spellings_of_one_address_are_one():
    assert same_address('"Hanako..y."@DOCOMO.ne.jp', "hanako..y.@docomo.ne.jp")
    assert not same_address("hanako.y@docomo.ne.jp", "hanako..y@docomo.ne.jp")
