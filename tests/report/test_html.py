"""What the reader of pages finds wrong, and what a page of the site holds."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import pytest

from erat.errors import ReportError
from erat.locale import language
from erat.report.frontpage import write_index
from erat.report.html import report_page, spoken_in, to_html
from erat.report.show import Shown
from erat.report.show import picture as shown_picture
from tests.report.faults import page_faults

POLICY = """<meta http-equiv="Content-Security-Policy" content="default-src 'none'">"""
SHELL = '<html lang="id"><head>POLICY<title>T</title></head><body><h1>T</h1>{}</body></html>'
SHELL = SHELL.replace("POLICY", POLICY)


def picture() -> Shown:
    fig, ax = plt.subplots(figsize=(4, 3))
    ax.plot([1, 2])
    return shown_picture(fig, "A line", "")


@pytest.mark.parametrize(
    ("piece", "fault"),
    [
        ("<pre>Traceback (most recent call last):</pre>", "traceback"),
        ("<pre>FutureWarning: soon</pre>", "warning"),
        ("<pre>&lt;Figure size 640x480 with 1 Axes&gt;</pre>", "figure"),
        ("<pre>Text(0.5, 1.0, 'x')</pre>", "plot object"),
        ("<pre>&lt;x at 0x7f00aa11bb&gt;</pre>", "address"),
        ("<td>nan</td>", "missing number"),
        ("<p>In {province} all is well</p>", "not filled"),
        ("<script>1</script>", "<script>"),
        ("<table><thead><tr><th>a</th></tr></thead></table>", "empty table"),
        ('<img src="data:image/png;base64,AAAA" alt="x">', "empty picture"),
        ('<img src="data:image/png;base64,' + "A" * 2000 + '" alt="">', "alternative"),
        ('<img src="x.png" alt="x">', "loaded"),
        ('<link rel="stylesheet" href="https://example.org/a.css">', "loaded"),
        ("<style>a { background: url(x.png) }</style>", "style that loads"),
        ("<pre>import pandas</pre><pre>\nimport pandas</pre>", "code"),
    ],
)
def test_fault_is_found(piece: str, fault: str) -> None:
    assert any(fault in found for found in page_faults(SHELL.replace("{}", piece)))


def test_good_page_has_no_fault() -> None:
    body = f'<p>See <a href="https://www.bps.go.id">BPS</a></p>{picture().markup}'
    assert page_faults(SHELL.replace("{}", body)) == []


def test_page_without_language_title_or_heading_is_found() -> None:
    assert len(page_faults("<html><p>x</p></html>")) == 4


def notebook() -> nbformat.NotebookNode:
    def output(**data: str) -> nbformat.NotebookNode:
        named = {name.replace("_", "/"): value for name, value in data.items()}
        return nbformat.v4.new_output("display_data", data=named)

    outputs = [
        output(text_html=f"<h1>Hi</h1>{picture().markup}", text_plain="<Html, 9 characters>"),
        nbformat.v4.new_output("stream", name="stderr", text="UserWarning: no"),
        output(text_markdown="*soft*", text_plain="x"),
    ]
    return nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell("secret = 1", execution_count=1, outputs=outputs),
            nbformat.v4.new_markdown_cell("## Second\n\n1 < 2"),
        ]
    )


def test_page_shows_outputs_and_folds_code() -> None:
    made = (("Edisi", "2024"), ("Data", "<abc>"))
    html = to_html(notebook(), report_page("A < B", "id", "72", made))
    assert page_faults(html) == []
    assert "<code>secret = 1</code></pre></details>" in html
    assert "UserWarning" not in html
    assert "<em>soft</em>" in html
    assert '<html lang="id">' in html
    assert "<title>A &lt; B · e-RAT</title>" in html
    assert 'href="../index.html"' in html
    assert 'href="../en/72.html" lang="en"' in html
    assert "<dt>Data</dt><dd>&lt;abc&gt;</dd>" in html


def test_code_is_folded_under_the_end_of_its_section() -> None:
    made = notebook()
    made.cells += [
        nbformat.v4.new_code_cell("one = 1", execution_count=2),
        nbformat.v4.new_code_cell("two = 2", execution_count=3),
        nbformat.v4.new_markdown_cell("Only for Jupyter", metadata={"tags": ["notebook"]}),
    ]
    html = to_html(spoken_in(made, "en"), report_page("T", "en", "audit"), by_section=True)
    assert page_faults(html) == []
    assert html.count("<summary>How this was computed</summary>") == 2
    assert '<section id="second">' in html
    assert "<code>one = 1\ntwo = 2</code>" in html
    assert "Only for Jupyter" not in html
    assert 'href="../index-en.html"' in html


@pytest.mark.parametrize(("lang", "name"), [("id", "index.html"), ("en", "index-en.html")])
def test_index_leads_to_every_report(tmp_path: Path, lang: str, name: str) -> None:
    row = {
        "unit": "72", "name": "Sulawesi <Tengah>", "href": "id/72.html", "score": "61,2",
        "third": "Sedang", "rank": "21 (15–27)", "weakest": "Layanan",
        "weakest_href": "id/72.html#weakest", "share": 0.6,
    }  # fmt: skip
    content = {
        "title": "Indeks", "lead": ["Satu & dua"], "tile_map": picture().markup,
        "pages": [{"href": "id/national.html", "title": "Nasional", "text": "Sebaran"}],
        "note": "Baca tingkat", "rows": [row], "methodology": [],
    }  # fmt: skip
    path = write_index(tmp_path, language(lang), content, [("Edisi", "2024")])
    html = path.read_text("utf-8")
    assert path.name == name
    assert page_faults(html) == []
    assert '<a href="id/72.html">Sulawesi &lt;Tengah&gt;</a>' in html
    assert '<a href="id/72.html#weakest">Layanan</a>' in html
    assert '<a href="id/national.html">Nasional</a>' in html
    assert "Satu &amp; dua" in html
    assert "<figure><img" in html


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>", "< SCRIPT src=//x>", "<iframe src=x>", "<object data=x>",
        "<base href=//x>", "<meta http-equiv=refresh content=0>",
    ],
)  # fmt: skip
def test_an_output_that_a_browser_would_run_is_refused(html: str) -> None:
    cell = nbformat.v4.new_code_cell("x")
    cell.outputs = [nbformat.v4.new_output("display_data", data={"text/html": f"<p>a</p>{html}"})]
    with pytest.raises(ReportError, match=r"cell 1: found <\w+> in its output"):
        to_html(nbformat.v4.new_notebook(cells=[cell]), report_page("T", "id", "x"))
