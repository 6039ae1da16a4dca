"""Everything about GMO that a contract, a test shop or the real specification may change.

The marks are those of the wire reference: [A] seen twice, [B] seen once, [I] inferred.
"""

from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from payments.gateways.base import GatewayMisconfigured

TEST_API, PRODUCTION_API = "pt01.mul-pay.jp", "p01.mul-pay.jp"
LINK_URLS = {
    TEST_API: "https://stg.link.mul-pay.jp",
    PRODUCTION_API: "https://link.mul-pay.jp",
}
TEST_SHOP = "tshop"
LONGEST_CONFIG_ID = 16


@dataclass(frozen=True, kw_only=True)
class GmoConfig:
    """One shop on one host. Times in seconds."""

    api_url: str
    shop_id: str
    shop_pass: str = field(repr=False)
    config_id: str
    notify_addresses: tuple[str, ...] = ()
    link_url: str = ""
    # A call that has no whole answer by then has an unknown outcome. GMO names no figure; its own notices wait 15 seconds.
    connect_seconds: float = 5
    call_seconds: float = 20

    # [I] Before a method is known: the order in which methods are asked for.
    pay_type_order: tuple[str, ...] = ("0", "3")
    # [I] JobCd that takes a charge back the same day, the same month, later. Where the current
    # specification has one word for all three (CANCEL [B]), name it three times.
    reversal_jobs: tuple[str, str, str] = ("VOID", "RETURN", "RETURNX")
    # [I] JobCd and meaning of a partial refund: ChangeTran to a new total.
    change_job: str = "CAPTURE"
    # [B] Hash over payload and ShopPass that signs the browser's return.
    return_hash: str = "sha256"
    # [B] 3-D Secure as the request says it (TdFlag `2`: as contracted) and what becomes of cards that cannot do it
    # (Tds2Type `1`: stop, `3`: go on). Empty: as set in the console.
    secure_flag: str = ""
    secure_impossible: str = ""
    # [A] Whom to ask about a slip: contact, phone, hours. Needed in the request unless the console says it.
    enquiry: tuple[str, str, str] = ("", "", "")
    # Largest sums in yen: [B] seven digits for a card, [A] what other processors publish for stores.
    card_most: int = 9_999_999
    konbini_most: int = 299_999
    # [I] Name of the days a convenience store slip lives, and the longest one all stores take.
    konbini_days_field: str = "PaymentTermDay"
    konbini_longest_days: int = 60
    # [I] Link states (`Result` of the browser's return) in which nothing was charged.
    unpaid_results: tuple[str, ...] = ("CREATE", "SEND", "PAYSTART", "CONFIRM")
    over_results: tuple[str, ...] = ("ERROR", "EXPIRED", "INVALID")
    # [I] Encoding of notices.
    notice_encoding: str = "cp932"

    def __post_init__(self) -> None:
        host = urlsplit(self.api_url).hostname
        if not (host and self.shop_id and self.shop_pass):
            raise GatewayMisconfigured("GMO: address, shop id and password are all needed")
        if not 0 < len(self.config_id) <= LONGEST_CONFIG_ID:
            raise GatewayMisconfigured("GMO: the id of the console's settings (configid) has 1 to 16 characters")
        if any(self.enquiry) and not all(self.enquiry):
            raise GatewayMisconfigured("GMO: contact, phone and hours for slips are said together or not at all")
        test_shop = self.shop_id.startswith(TEST_SHOP)
        if (host == PRODUCTION_API and test_shop) or (host == TEST_API and not test_shop):
            raise GatewayMisconfigured(f"GMO: shop {self.shop_id} does not belong to {host}")
        for network in self.notify_addresses:
            try:
                ip_network(network)
            except ValueError as error:
                raise GatewayMisconfigured(f"GMO: notice address {network}") from error

    def may_send_payer_to(self, url: str) -> bool:
        """Whether payment pages live there: on `link_url`, else where GMO or the API itself does."""
        host = urlsplit(self.api_url).hostname or ""
        home = urlsplit(self.link_url or LINK_URLS.get(host, self.api_url))
        page = urlsplit(url)
        return (page.scheme, page.netloc) == (home.scheme, home.netloc)

    def knows_address(self, remote_addr: str) -> bool:
        """Whether a notice may come from here. Without a list every address will do: notices are never believed, only asked about."""
        if not self.notify_addresses:
            return True
        try:
            address = ip_address(remote_addr)
        except ValueError:
            return False
        return any(address in ip_network(network) for network in self.notify_addresses)
