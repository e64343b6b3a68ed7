"""What is measured alone goes onto the page beside what was measured before, and nothing else of it changes."""

import shutil

from bench.figures import AT_LEAST, AT_MOST, DOCUMENT, Figure, publish

END = "<!-- end of figures -->"


def rows(page):
    """The lines of the table of figures."""
    return [line for line in page.partition(END)[0].splitlines() if line.startswith("| ")]


def test_one_figure_is_published_and_the_rest_of_the_page_stays(tmp_path):
    document, picture = tmp_path / "benchmarks.md", tmp_path / "bench.png"
    shutil.copy(DOCUMENT, document)
    before = document.read_text(encoding="utf-8")
    slow = Figure("warm_start_s", 6.001, "s", 5, "5 s", (AT_MOST, 1), day="2027-01-02")
    new = Figure("never_seen_before", 1234.5, "1/s", 1000, "bare", (AT_LEAST, 1), day="2027-01-02")
    publish([slow, new], document=document, picture=picture)
    after = document.read_text(encoding="utf-8")
    expected = [
        "| warm_start_s | 6 | s | 5 | 5 s | 1.20 | ≤ 1 | NO | 2027-01-02 |"
        if "| warm_start_s |" in row
        else row
        for row in rows(before)
    ]
    assert expected != rows(before)
    added = "| never_seen_before | 1,234 | 1/s | 1,000 | bare | 1.23 | ≥ 1 | yes | 2027-01-02 |"
    assert rows(after) == [*expected, added]
    assert before.partition(END)[2] == after.partition(END)[2]
    assert picture.stat().st_size > 10_000


def test_publishing_nothing_changes_no_row(tmp_path):
    document = tmp_path / "benchmarks.md"
    shutil.copy(DOCUMENT, document)
    publish([], document=document, picture=tmp_path / "bench.png")
    assert rows(document.read_text(encoding="utf-8")) == rows(DOCUMENT.read_text(encoding="utf-8"))
