"""People with a browser each, and what must hold on every page they see."""

from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from tests.journeys.words import Words

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
LOCALES = {"ja": "ja-JP", "en": "en-GB"}
# A person's browser, not the headless one that mail scanners use: what scanners answer is not believed (safety.md S2).
USER_AGENT = "Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Mobile Safari/537.36"
PATIENCE_MS = 15_000
AXE = Axe()
# No rule that is asked for needs the style sheets a second time.
AXE_OPTIONS = {"resultTypes": ["violations"], "preload": False}


def axe_faults(page: Page) -> list[str]:
    """What axe finds on the page as it is now."""
    violations = AXE.run(page, options=AXE_OPTIONS).response["violations"]
    return [f"{fault['id']}: {node['html'][:160]}" for fault in violations for node in fault["nodes"]]


@dataclass(frozen=True)
class Person:
    """Somebody at a page, who finds everything by its role and by its label in their language."""

    page: Page
    words: Words

    @property
    def main(self) -> Locator:
        """The content of the page."""
        return self.page.get_by_role("main")

    def sees(self, heading: str) -> None:
        """The page has this one main heading and speaks the person's language, and axe finds nothing on it."""
        self.is_on(heading)
        self.finds_no_fault()

    def is_on(self, heading: str) -> None:
        """The page has this one main heading and speaks the person's language."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(self.words(heading))
        expect(self.page.locator("html")).to_have_attribute("lang", self.words.language)

    def finds_no_fault(self) -> None:
        """axe finds nothing on the page as it is now."""
        assert axe_faults(self.page) == [], self.page.url

    def reads(self, text: str) -> None:
        """The content holds these words."""
        expect(self.main).to_contain_text(text)

    def press(self, label: str) -> None:
        """Press the button that is called so."""
        self.page.get_by_role("button", name=self.words(label), exact=True).click()

    def follow(self, label: str) -> None:
        """Follow the link of the content that is called so."""
        self.main.get_by_role("link", name=self.words(label), exact=True).click()

    def field(self, label: str, within: Locator | None = None) -> Locator:
        """The first field that is called so."""
        return (within or self.main).get_by_label(self.words(label), exact=True).first

    def fill(self, texts: dict[str, str], within: Locator | None = None) -> None:
        """Type each text into the first field that is called so."""
        for label, text in texts.items():
            self.field(label, within).fill(text)

    def choose(self, label: str, option: str) -> None:
        """Choose from the list that is called so."""
        self.field(label).select_option(label=self.words(option))

    def tick(self, label: str) -> None:
        """Choose the radio button that is called so."""
        self.main.get_by_role("radio", name=self.words(label), exact=True).check()


@dataclass
class People:
    """Opens one browser context per person and collects what their consoles complain about."""

    browser: Browser
    base_url: str
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def somebody(self, *, viewport: dict[str, int] = PHONE, language: str = "ja", **options) -> Person:
        """A new person with a browser of their own."""
        context = self.browser.new_context(
            base_url=self.base_url,
            viewport=viewport,
            locale=LOCALES[language],
            timezone_id="Asia/Tokyo",
            user_agent=USER_AGENT,
            # Colours are looked at as they are, not half-way from one to the next.
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(PATIENCE_MS)
        context.on("console", self._listen)
        context.on("weberror", lambda error: self.complaints.append(f"script error: {error.error}"))
        self.contexts.append(context)
        return Person(context.new_page(), Words(language))

    def _listen(self, message: ConsoleMessage) -> None:
        if "content security policy" in message.text.lower():
            self.complaints.append(message.text)

    def leave(self) -> None:
        """Everybody closes their browser."""
        for context in self.contexts:
            context.close()
