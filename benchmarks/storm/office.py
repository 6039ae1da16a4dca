"""Somebody of the office with the dashboard open in a real Chromium, as a program: `python -m benchmarks.storm.office BASE CHECK FOLDER`.

It logs in with password and authenticator code, says "open", waits for a line, then waits until the page has renewed itself to the figures of
that line (it is never reloaded), and prints what the page shows and after how many seconds. Pictures of begin and end go into the folder.
"""

import json
import sys
import time
from pathlib import Path

from allauth.mfa.totp.internal import auth as totp
from playwright.sync_api import Error, Page, sync_playwright

from ossma.local.demo_table import PASSWORD, SECOND_FACTOR

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE_MS = 60_000
FIGURES = "[data-part=counts] .counts-list strong"
SHOWN = f"() => [...document.querySelectorAll('{FIGURES}')].map((one) => Number(one.textContent.replace(/\\D/g, '')))"
SAME = f"(wanted) => JSON.stringify(({SHOWN})()) === JSON.stringify(wanted)"


def six_digits() -> str:
    """What the authenticator app shows now."""
    return totp.format_hotp_value(totp.hotp_value(SECOND_FACTOR, next(totp.yield_hotp_counters_from_time())))


def log_in(page: Page, base: str, onward: str) -> None:
    """Password, then the six digits."""
    page.goto(f"{base}/login/?next={onward}")
    page.locator("input[type=email], input[name=login]").first.fill("office@demo.example")
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("input[type=password]").press("Enter")
    page.locator("input[name=code]").fill(six_digits())
    page.locator("input[name=code]").press("Enter")
    page.wait_for_url(f"{base}{onward}*")


def watch(base: str, check: str, folder: Path) -> None:
    """From logging in to the last figure."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="ja-JP")
        page.set_default_timeout(PATIENCE_MS)
        try:
            log_in(page, base, f"/admin/desk/safety/{check}/")
            page.locator(FIGURES).first.wait_for()
        finally:
            page.screenshot(path=folder / "storm-begin.png")
        print("open", flush=True)
        wanted = json.loads(sys.stdin.readline())
        page.screenshot(path=folder / "storm-end.png")
        begun = time.perf_counter()
        try:
            page.wait_for_function(SAME, arg=wanted)
        except Error:
            print("the page never showed these figures", file=sys.stderr)
        seconds = time.perf_counter() - begun
        page.screenshot(path=folder / "storm-last.png", full_page=True)
        print(json.dumps({"shown": page.evaluate(SHOWN), "seconds": seconds}), flush=True)
        browser.close()


if __name__ == "__main__":
    watch(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
