"""Documents: links lead somewhere, files and targets that are named exist, and ADRs have their one form."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.guards.source import ROOT, report

README_LINES = 120
ADR_LINES = 60
ADR_PARTS = ["Context", "Decision", "Rejected options", "Consequence"]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
TARGET = re.compile(r"^make ([a-z-]+)")
TOP = ("apps", "config", "simulators", "tools", "tests", "docs", "schema", "templates", "static", "bench", "reference")
PATTERN = re.compile(r"[<>*{}]|\.\.\.|NNNN")


def documents(root: Path) -> list[Path]:
    """Return the documents that people read; generated charts are compared elsewhere."""
    return sorted([*root.glob("*.md"), *(root / "docs").rglob("*.md")])


def targets(root: Path) -> set[str]:
    """Return the targets of the Makefile."""
    return set(re.findall(r"^([a-z-]+):", (root / "Makefile").read_text(), re.MULTILINE))


def anchors(text: str) -> set[str]:
    """Return the anchors that a document's headings make."""
    heads = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def link_faults(path: Path, root: Path) -> Iterator[str]:
    """Return each link of a document that leads nowhere."""
    text = path.read_text()
    for link in LINK.findall(FENCE.sub("", text)):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        file, _, anchor = link.partition("#")
        target = path.parent / file if file else path
        if not target.exists():
            yield f"{path.relative_to(root)}: {link} leads to no file"
        elif anchor and anchor not in anchors(target.read_text()):
            yield f"{path.relative_to(root)}: {link} leads to no heading"


def name_faults(path: Path, root: Path, known: set[str]) -> Iterator[str]:
    """Return each file and each make target that a document names and that is not there."""
    for name in CODE.findall(path.read_text()):
        target = TARGET.match(name)
        if target and target[1] not in known:
            yield f"{path.relative_to(root)}: there is no target `{name}`"
        file = name.partition("::")[0].partition(":")[0].rstrip("/")
        is_file = "/" in file and file.split("/")[0] in TOP and not PATTERN.search(file) and " " not in file
        if is_file and not (root / file).exists():
            yield f"{path.relative_to(root)}: there is no file `{name}`"


def adr_faults(path: Path) -> Iterator[str]:
    """Return what an ADR lacks."""
    text = path.read_text()
    lines, parts = text.splitlines(), re.findall(r"^## (.+)$", text, re.MULTILINE)
    number = path.name[:4]
    if len(lines) > ADR_LINES:
        yield f"{path.name}: {len(lines)} lines, at most {ADR_LINES}: an ADR is one page"
    if not lines or not lines[0].startswith(f"# {number}: "):
        yield f"{path.name}: begin with `# {number}: <the choice>`"
    if parts != ADR_PARTS:
        yield f"{path.name}: its parts are {', '.join(ADR_PARTS)}"


def adrs(root: Path) -> list[Path]:
    return sorted((root / "docs/adr").glob("[0-9]*.md"))


def test_links_lead_somewhere():
    assert report([fault for path in documents(ROOT) for fault in link_faults(path, ROOT)]) == ""


def test_named_files_and_targets_exist():
    # A decision may name what was there, or will be.
    known, decisions = targets(ROOT), set(adrs(ROOT))

    found = [fault for path in documents(ROOT) if path not in decisions for fault in name_faults(path, ROOT, known)]

    assert report(found) == ""


def test_decisions_have_their_one_form():
    assert report([fault for path in adrs(ROOT) for fault in adr_faults(path)]) == ""


def test_decisions_are_numbered_without_a_gap():
    numbers = [int(path.name[:4]) for path in adrs(ROOT)]

    assert numbers == list(range(len(numbers)))


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE"])
def test_the_documents_of_a_newcomer_are_there(name):
    assert (ROOT / name).read_text().strip()


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text().splitlines()) <= README_LINES


def test_the_architecture_shows_the_order_of_the_contracts():
    contract = re.search(r"containers = apps\nlayers =\n((?:    .+\n)+)", (ROOT / ".importlinter").read_text())
    lines = [line.split() for line in contract[1].splitlines()]
    present = {word for line in lines for word in line}

    picture = re.search(r"```\nconfig\n(.+?)```", (ROOT / "ARCHITECTURE.md").read_text(), re.DOTALL)[1]
    shown = [[word for word in line.split() if word in present] for line in picture.splitlines()]

    assert [line for line in shown if line] == lines


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "docs/adr").mkdir(parents=True)
    (tmp_path / "Makefile").write_text(".PHONY: demo\ndemo: setup\n\techo\n")
    return tmp_path


def test_a_link_that_leads_nowhere_is_named(project):
    page = project / "docs/page.md"
    page.write_text(
        "# Some Words, here\n[a](page.md) [b](#some-words-here) [c](https://x.example/y) [d](../Makefile)\n"
        "[e](gone.md) [f](#gone) [g](page.md#gone)\n```\n[h](gone.md)\n```\n"
    )

    assert list(link_faults(page, project)) == [
        "docs/page.md: gone.md leads to no file",
        "docs/page.md: #gone leads to no heading",
        "docs/page.md: page.md#gone leads to no heading",
    ]


def test_a_name_of_nothing_is_named(project):
    page = project / "README.md"
    page.write_text("`make demo` `make demo PORT=1` `docs/adr/` `docs/<noun>.md` `x/y` `make gone` `docs/gone.md:7`\n")

    assert list(name_faults(page, project, targets(project))) == [
        "README.md: there is no target `make gone`",
        "README.md: there is no file `docs/gone.md:7`",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("# 0001: A\n## Context\n## Decision\n## Rejected options\n## Consequence\n", []),
        (
            "# One\n## Context\n## Decision\n## Rejected options\n## Consequence\n",
            ["begin with `# 0001: <the choice>`"],
        ),
        ("# 0001: A\n## Decision\n", ["its parts are Context, Decision, Rejected options, Consequence"]),
        (
            "# 0001: A\n## Context\n## Decision\n## Rejected options\n## Consequence\n" + "x\n" * 56,
            ["61 lines, at most 60: an ADR is one page"],
        ),
    ],
)
def test_the_form_of_a_decision_is_checked(project, text, fault):
    path = project / "docs/adr/0001-a.md"
    path.write_text(text)

    assert [found.partition(": ")[2] for found in adr_faults(path)] == fault
