"""« Écouter » in a real browser whose voices are stubs: what is said, where, that it stops; never a voice from afar."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.browser

VOICES = """(voices) => {
  const spoken = { said: [], cancelled: 0, rate: null, voice: null };
  window.spoken = spoken;
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text } };
  const speech = {
    getVoices: () => voices, addEventListener() {},
    speak(one) {
      spoken.said.push(one.text); spoken.rate = one.rate; spoken.voice = one.voice.name; spoken.now = one;
    },
    cancel() { spoken.cancelled += 1 },
  };
  Object.defineProperty(window, "speechSynthesis", { value: speech });
}"""
HERE = {"name": "Ici", "lang": "fr-FR", "localService": True}
AFAR = {"name": "Ailleurs", "lang": "fr-FR", "localService": False}
ENGLISH = {"name": "Here", "lang": "en-GB", "localService": True}
MARKED = "[...CSS.highlights.get('said') ?? []].map(one => one.toString().replace(/\\s+/g, ' '))"

TO_THE_END = """() => {
  for (let one = spoken.now; one; one = spoken.now) {
    spoken.now = null;
    one.onend();
  }
}"""


@pytest.fixture
def with_voices(visitor: Visitor) -> Callable[..., Visitor]:
    def make(*voices: dict[str, object]) -> Visitor:
        visitor.context.add_init_script(f"({VOICES})({json.dumps(voices)})")
        return visitor.enter("mother").read_in("easy")

    return make


def test_the_page_is_said_sentence_by_sentence_and_each_is_marked(with_voices):
    page = with_voices(AFAR, HERE).open("/")
    button = page.locator("#ecouter button")
    assert page.evaluate("spoken.said") == [], "nothing speaks by itself"
    button.click()
    said = page.evaluate("spoken.said")
    assert len(said) == 1
    assert page.evaluate("spoken.voice") == "Ici"
    for _ in range(4):
        (marked,) = page.evaluate(MARKED)
        assert page.evaluate("spoken.said.at(-1)").split()[0] == marked.split()[0]
        page.evaluate("spoken.now.onend()")
    said = page.evaluate("spoken.said")
    assert len(said) == 5
    assert any(page.locator("h1").inner_text().replace("\xa0", " ").startswith(one) for one in said)
    assert not any(one == "Écouter" for one in said)
    assert page.evaluate(MARKED) != []


def test_a_second_press_and_leaving_stop_it_at_once(with_voices):
    page = with_voices(HERE).open("/")
    button = page.locator("#ecouter button")
    button.click()
    assert button.inner_text().strip() == "Arrêter"
    button.click()
    assert page.evaluate("spoken.cancelled") == 1
    assert page.evaluate(MARKED) == []
    page.evaluate("spoken.now.onend()")
    assert len(page.evaluate("spoken.said")) == 1, "what came late says nothing more"
    button.click()
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    assert page.evaluate("spoken.cancelled") == 2


def test_to_the_end_the_button_offers_to_listen_again(with_voices):
    page = with_voices(HERE).open("/attributions")
    page.locator("#ecouter button").click()
    page.evaluate(TO_THE_END)
    assert page.locator("#ecouter button").inner_text().strip() == "Écouter"
    assert page.evaluate(MARKED) == []


@pytest.mark.parametrize("voices", [(), (AFAR,), (ENGLISH,)], ids=["none", "only from afar", "another language"])
def test_without_a_voice_of_its_own_the_phone_says_so_and_sends_nothing(with_voices, voices):
    page = with_voices(*voices).open("/")
    page.locator("#ecouter button").click()
    page.locator("#ecouter [role=status]", has_text="voix").wait_for()
    assert page.evaluate("spoken.said") == []
    assert page.locator("#ecouter button").inner_text().strip() == "Écouter"


def test_without_a_script_nothing_offers_to_speak(chromium, site):
    visitor = Visitor(chromium, site, java_script_enabled=False)
    page = visitor.enter("mother").read_in("easy").open("/")
    assert not page.locator("#ecouter").is_visible()
    visitor.leave()
