"""Sizes: the project keeps to them, and what is too large is named with its place."""

from tests.guards.source import ROOT, report
from tools import sizes


def test_nothing_is_too_large():
    assert report(sizes.faults(ROOT)) == ""


def test_what_is_too_large_is_named(tmp_path):
    (tmp_path / "apps/core").mkdir(parents=True)
    (tmp_path / "tests").mkdir()
    (tmp_path / "apps/core/fits.py").write_text("x = 1\n" * 300)
    (tmp_path / "apps/core/long.py").write_text("x = 1\n" * 301)
    (tmp_path / "tests/test_it.py").write_text("class T:\n    def fits(self):\n" + "        x = 1\n" * 39)
    (tmp_path / "tests/test_long.py").write_text("\n\nasync def long():\n" + "    x = 1\n" * 40)

    found = sizes.faults(tmp_path)

    assert found == [
        "apps/core/long.py:1: 301 lines, at most 300: split it by noun, never by layer",
        "tests/test_long.py:3: long has 41 lines, at most 40: name its steps",
    ]


def test_a_core_that_grows_too_large_is_named(tmp_path):
    folder = tmp_path / "apps/core/services"
    folder.mkdir(parents=True)
    for number in range(19):
        (folder / f"m{number}.py").write_text('"""Words."""\n\n# why\n' + "x = 1\n" * 292)

    found = sizes.faults(tmp_path)

    assert found == ["apps/core:1: 5548 lines of code, at most 5400: move out what has fewer than three users"]


def test_migrations_are_not_measured(tmp_path):
    folder = tmp_path / "apps/p2p/migrations"
    folder.mkdir(parents=True)
    (folder / "0001_initial.py").write_text("x = 1\n" * 301)

    assert sizes.faults(tmp_path) == []


def test_figures_name_the_middle_and_the_top(tmp_path):
    (tmp_path / "apps/p2p").mkdir(parents=True)
    (tmp_path / "tests").mkdir()
    (tmp_path / "apps/p2p/one.py").write_text("def a():\n    pass\n\ndef b():\n    x = 1\n    return x\n")
    (tmp_path / "apps/p2p/two.py").write_text("x = 1\n" * 4)
    (tmp_path / "tests/test_it.py").write_text("x = 1\n" * 15)

    assert sizes.figures(tmp_path) == [
        "files: 2, median 5 (aim 60), p95 6 (aim 200), max 6",
        "functions: 2, median 2.5 (aim 8), p95 3 (aim 30), max 3",
        "core: 0 of 5400 lines of code",
        "tests: 1.50 lines a line of source (aim 1.2 to 2.0)",
    ]


def test_only_lines_that_do_something_are_code(tmp_path):
    path = tmp_path / "some.py"
    path.write_text('''"""Module.

More.
"""

# why
x = """a

b"""


def f():
    """Say."""
    return (
        # inner
        x
    )
''')

    assert sizes.code_lines(path) == 7
