"""What the other tests rely on: a window notes everything that goes wrong in it, and sees what shuts people out."""

import pytest

from tests.support import chromium

pytestmark = pytest.mark.slow

INLINE = """() => document.body.append(Object.assign(document.createElement("script"), { textContent: "1" }))"""
MISSING = """() => document.body.append(Object.assign(document.createElement("img"), { src: "/static/no.png" }))"""
FOREIGN = MISSING.replace("/static", "http://localhost:9")
BROKEN = """() => setTimeout(() => { throw new Error("Oh no"); })"""
FAINT = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("h1 { color: #ddd; } @media (max-width: 400px) { main { min-width: 900px; } }");
  document.adoptedStyleSheets.push(sheet);
}"""


FAULTS = {
    INLINE: "script-src",
    FOREIGN: "img-src",
    MISSING: "status of 404",
    BROKEN: "Oh no",
}


def meet(site, faults):
    """Let a window meet faults, and go on when each was noted."""
    with chromium.windows(site) as windows:
        window = windows.open()
        window.go("/console/sign-in/")
        for fault, words in faults.items():
            window.page.evaluate(fault)
            while words not in "".join(window.faults):
                window.page.evaluate("() => new Promise(requestAnimationFrame)")


def test_faults_of_a_page_fail_the_test(site):
    with pytest.raises(pytest.fail.Exception) as failed:
        meet(site, FAULTS)

    assert [words for words in FAULTS.values() if words not in str(failed.value)] == []


def test_flaws_are_seen_where_they_are(site):
    with chromium.windows(site) as windows:
        window = windows.open()
        window.go("/console/sign-in/")
        assert window.flaws() == ""
        window.page.evaluate(FAINT)
        found = window.flaws().splitlines()

    assert [line for line in found if "light, 1280: color-contrast: <h1>" in line] != []
    assert {line.split(", ")[2][:4].rstrip(":") for line in found if "wider than" in line} == {"320"}


def test_without_chromium_tests_are_skipped_and_fail_in_ci(monkeypatch):
    monkeypatch.setenv("CHROMIUM_PATH", "/no/such/program")
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="There is no Chromium at /no/such/program"):
        chromium.program()

    monkeypatch.setenv("CI", "1")
    with pytest.raises(pytest.fail.Exception, match="install Debian's chromium"):
        chromium.program()
