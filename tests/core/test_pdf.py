"""PDFs: readable Japanese with the house's fonts, and nothing fetched from anywhere."""

from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest
from PIL import ImageFile
from pypdf import PdfReader

from ossma.core.pdf import render_pdf


@pytest.fixture
def letter(settings, tmp_path: Path):
    """Make a document of these words by a template of the test's own."""

    def made(words: str) -> bytes:
        folder = tmp_path / "pdf"
        folder.mkdir(exist_ok=True)
        (folder / "letter.html").write_text(f"<!doctype html><title>x</title><p>{words}</p>")
        settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
        return render_pdf("letter", {}, language="ja")

    return made


def test_japanese_comes_out_as_text_in_the_house_fonts_rare_kanji_included(letter):
    content = letter("会費 3,812円 髙﨑 𠮷野 <b>太字</b>")
    page = PdfReader(BytesIO(content)).pages[0]
    text = page.extract_text()
    for words in ("会費", "3,812円", "髙﨑", "𠮷野", "太字"):
        assert words in text
    names = " ".join(str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values())
    for font in ("OSSMA-Gothic", "OSSMA-Gothic-Bold", "OSSMA-Rare"):
        assert font in names


def test_a_document_fetches_nothing_from_the_network_or_the_disk(letter, tmp_path: Path):
    asked: list[str] = []

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None: ...

    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>SECRET</text></svg>')
    with HTTPServer(("127.0.0.1", 0), Door) as door:
        Thread(target=door.serve_forever, args=(0.05,), daemon=True).start()
        content = letter(f'<img src="http://127.0.0.1:{door.server_port}/x.png"><img src="{secret.as_uri()}">words')
        door.shutdown()
    assert asked == []
    text = PdfReader(BytesIO(content)).pages[0].extract_text()
    assert "words" in text
    assert "SECRET" not in text


def test_printing_does_not_make_pictures_that_are_cut_off_acceptable():
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False
