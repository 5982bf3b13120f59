"""Menu files of every making, and all that can be wrong with them."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotdish_menu.decoding import decode, find_delimiter
from hotdish_menu.errors import UsageError
from hotdish_menu.reader import parse_menu, read_menu

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotdish_menu.model import Menu

HEADER = ["Section", "Method", "Command", "Arguments", "Name", "Description"]
ROW = ["Größe", "exe", "notepad", "", "Öffnen: 1", "Überblick „x“"]


def table(delimiter: str, first: str = "") -> str:
    text = io.StringIO(newline="")
    text.write(first)
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([HEADER, ROW])
    return text.getvalue()


FILES = {
    "UTF-8": table(",").encode(),
    "UTF-8 with a byte order mark": table(",").encode("utf-8-sig"),
    "Excel in Germany, UTF-8": table(";").encode("utf-8-sig"),
    "Excel in Germany, the old way": table(";").encode("cp1252"),
    "Excel's Unicode text": table("\t").encode("utf-16"),
    "UTF-16, big end first": codecs.BOM_UTF16_BE + table("\t").encode("utf-16-be"),
    "UTF-16 without a mark": table(",").encode("utf-16-le"),
    "UTF-16 without a mark, big end first": table(",").encode("utf-16-be"),
    "a line that names the separator": table(";", "sep=;\r\n").encode("utf-8-sig"),
    "parted by bars": table("|").encode(),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_is_read_whatever_wrote_it(kind: str, read: Callable[..., Menu]) -> None:
    menu = read(FILES[kind])

    [item] = menu.items()
    assert [
        item.section,
        item.method,
        item.command,
        item.arguments,
        item.name,
        item.description,
    ] == ROW
    assert menu.problems == ()


def test_columns_may_stand_in_any_order_and_case(read: Callable[..., Menu]) -> None:
    menu = read("NAME,command,Extra column,method\nGo,true,ignored,exe\n")

    [item] = menu.items()
    assert (item.name, item.command, item.method) == ("Go", "true", "exe")
    assert menu.problems == ()


def test_a_section_that_comes_back_stands_once_where_it_first_was(
    read: Callable[..., Menu],
) -> None:
    menu = read(
        "Section,Method,Command,Name\n"
        "Tools,exe,a,1\nOther,exe,b,2\ntools ,exe,c,3\n,exe,d,4\n  ,exe,e,5\nTOOLS,exe,f,6\n"
    )

    shown = [(section.heading, [item.name for item in section.items]) for section in menu.sections]
    assert shown == [("Tools", ["1", "3", "6"]), ("Other", ["2"]), ("", ["4", "5"])]


def test_rows_without_a_section_come_last(read: Callable[..., Menu]) -> None:
    menu = read("Section,Method,Command,Name\n,exe,a,first\nTools,exe,b,second\n")

    assert [item.name for item in menu.items()] == ["second", "first"]


def test_line_breaks_are_put_in_names_descriptions_and_sections(read: Callable[..., Menu]) -> None:
    menu = read(
        "Section,Method,Command,Name,Description\n"
        "A<LineBreak/>B,exe,echo <LineBreak />,x<linebreak / >y,1< LineBreak />2 & <b>\n"
    )

    [item] = menu.items()
    assert (item.section, item.name, item.description) == ("A\nB", "x\ny", "1\n2 & <b>")
    assert item.command == "echo <LineBreak />"


def test_a_cell_may_hold_lines_quotes_and_delimiters(read: Callable[..., Menu]) -> None:
    menu = read('Method,Command,Name\nbash_inline,"echo ""a"",\necho b",Two lines\nexe,true,Next\n')

    first, second = menu.items()
    assert first.command == 'echo "a",\necho b'
    assert (first.line, second.line) == (2, 4)


def test_more_rows_than_the_original_could_show_are_read(read: Callable[..., Menu]) -> None:
    rows = "".join(f"Section {n % 7},exe,true,Item {n}\n" for n in range(400))

    menu = read("Section,Method,Command,Name\n" + rows)

    assert len(list(menu.items())) == 400


def test_a_very_long_cell_is_read(read: Callable[..., Menu]) -> None:
    menu = read(f"Method,Command,Name\nbash_inline,{'x' * 200_000},Long\n")

    assert len(next(menu.items()).command) == 200_000


def test_all_problems_are_told_at_once_with_line_and_column(read: Callable[..., Menu]) -> None:
    menu = read(
        "Section,Method,Command,Arguments,Name,Timeout,Output\n"
        "A,powershel_file,x.ps1,,Misspelt,,\n"
        "A,exe,,,No command,,\n"
        "A,exe,true,#NAME?,Formula,,\n"
        "A,exe,true,,,,\n"
        "A,exe,true,,Wrong extras,soon,everywhere\n"
        "A,exe,true,,Good,90,pane\n"
        "A,,true,,No method,,\n"
    )

    told = [(p.line, p.column, p.level, p.text.split(":")[0].split(".")[0]) for p in menu.problems]
    assert told == [
        (2, 2, "error", "Method 'powershel_file' is not known"),
        (3, 3, "error", "Command is empty; there is nothing to start"),
        (4, 4, "error", "Arguments holds #NAME?"),
        (5, 5, "warning", "Name is empty; the button shows the command instead"),
        (6, 6, "error", "Timeout is 'soon'"),
        (6, 7, "error", "Output is 'everywhere'"),
        (8, 2, "error", "Method is empty"),
    ]
    assert "Did you mean powershell_file?" in menu.problems[0].text
    assert len(list(menu.items())) == 7
    assert [item.label for item in menu.items() if not item.trouble] == ["true", "Good"]


@pytest.mark.parametrize(
    "wound", ["#NAME?", "#NAAM?", "#NOM?", "#¿NOMBRE?", "#VALUE!", "#WERT!", "#N/A"]
)
def test_what_excel_made_of_a_formula_is_found(wound: str, read: Callable[..., Menu]) -> None:
    menu = read(f"Method,Command,Arguments,Name\nexe,true,{wound},Go\n")

    assert "Excel took the text for a formula" in str(menu.problems[0])


@pytest.mark.parametrize("cell", [" -NoExit", "'-NoExit", "-NoExit ", "' -NoExit"])
def test_what_keeps_excel_from_making_a_formula_is_taken_off(
    cell: str, read: Callable[..., Menu]
) -> None:
    menu = read(f"Method,Command,Arguments,Name\npwsh_file,a.ps1,{cell},Go\n")

    assert next(menu.items()).arguments == "-NoExit"


def test_short_and_long_rows_are_read(read: Callable[..., Menu]) -> None:
    menu = read(
        "Method,Command,Name,Description\nexe,true,Short\nexe,true,Long,d,more,and more\n\n , \n"
    )

    assert [(item.name, item.description) for item in menu.items()] == [
        ("Short", ""),
        ("Long", "d"),
    ]
    assert menu.problems == ()


def test_a_missing_column_is_one_clear_error(read: Callable[..., Menu]) -> None:
    with pytest.raises(UsageError, match="lacks the columns Method, Name"):
        read("Section,Command\nA,true\n")


def test_a_misspelt_or_double_column_is_a_warning(read: Callable[..., Menu]) -> None:
    menu = read("Method,Command,Name,Descripton,Name\nexe,true,Go,d,Gone\n")

    assert [p.text for p in menu.problems] == [
        "column 'Descripton' is not known and left out; did you mean Description?",
        "column Name stands twice; the first one counts",
    ]


@pytest.mark.parametrize("data", [b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0rest"])
def test_a_workbook_is_told_from_a_csv_file(data: bytes, read: Callable[..., Menu]) -> None:
    with pytest.raises(UsageError, match="is an Excel workbook"):
        read(data)


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"sep=;", b"sep=;\n", b"\0\0\0\0", b'"'])
def test_a_file_without_a_table_is_told_so(data: bytes, read: Callable[..., Menu]) -> None:
    with pytest.raises(UsageError, match="is no menu"):
        read(data)


def test_a_file_with_headings_only_is_an_empty_menu(read: Callable[..., Menu]) -> None:
    menu = read("Method,Command,Name\n")

    assert menu.sections == ()
    assert "has no rows" in menu.problems[0].text


def test_a_cell_beyond_all_measure_is_an_error(read: Callable[..., Menu]) -> None:
    with pytest.raises(UsageError, match="field larger than field limit"):
        read(b"Method,Command,Name\nexe," + b"x" * (17 * 2**20) + b",Go\n")


def test_a_file_that_is_not_there_is_told_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"Cannot read the menu .*gone\.csv"):
        read_menu(tmp_path / "gone.csv", "linux")


def test_the_first_rows_can_be_read_alone(read: Callable[..., Menu]) -> None:
    text = "Method,Command,Name\n" + "exe,true,Go\n" * 5

    assert not read(text, n_first=3).is_whole
    assert len(list(read(text, n_first=3).items())) == 3
    assert read(text, n_first=5).is_whole


def test_optional_columns_are_read(read: Callable[..., Menu]) -> None:
    menu = read(
        "Method,Command,Name,WorkingDirectory,RunAsAdmin,ScriptArguments,Confirm,Output,Timeout,"
        "Env,Encoding,Concurrency,Keywords\n"
        "pwsh_file,a.ps1,Go,sub,Yes,'-Force,Sure?,none,1.5m,A=1; B = two,cp850,many,more words\n"
    )

    [item] = menu.items()
    assert menu.problems == ()
    assert item.working_directory == "sub"
    assert item.is_admin
    assert item.script_arguments == "-Force"
    assert item.confirm == "Sure?"
    assert item.output == "none"
    assert item.timeout_s == 90
    assert item.env == (("A", "1"), ("B", "two"))
    assert item.encoding == "cp850"
    assert not item.is_single
    assert item.keywords == "more words"


@pytest.mark.parametrize(
    ("column", "cell", "told"),
    [
        ("RunAsAdmin", "perhaps", "RunAsAdmin is 'perhaps'. Write yes or no"),
        ("Timeout", "0", "Timeout is '0'"),
        ("Env", "no equals sign", "Env cannot be read at 'no equals sign'"),
        ("Platform", "amiga", "Platform names 'amiga'"),
        ("Encoding", "klingon", "Encoding 'klingon' is not known"),
        ("Concurrency", "two", "Concurrency is 'two'"),
        ("Prompt", "a: colour", "Prompt kind 'colour' is not known"),
        ("Hidden", "perhaps", "Hidden is 'perhaps'"),
    ],
)
def test_a_wrong_optional_cell_is_told(
    column: str, cell: str, told: str, read: Callable[..., Menu]
) -> None:
    menu = read(f"Method,Command,Name,{column}\nexe,true,Go,{cell}\n")

    assert told in str(menu.problems[0])
    assert next(menu.items()).trouble


@pytest.mark.parametrize(
    ("cell", "confirm"), [("yes", "Start this now?"), ("no", ""), ("Sure?", "Sure?")]
)
def test_a_confirmation_may_be_plain_or_own_words(
    cell: str, confirm: str, read: Callable[..., Menu]
) -> None:
    menu = read(f"Method,Command,Name,Confirm\nexe,true,Go,{cell}\n")

    assert next(menu.items()).confirm == confirm


def test_rows_for_other_systems_and_hidden_rows_are_left_out(read: Callable[..., Menu]) -> None:
    text = (
        "Method,Command,Name,Platform,Hidden\n"
        "exe,true,Everywhere,,\nexe,true,Unix,linux; mac,no\n"
        "exe,true,Windows,win,\nexe,true,No,,yes\n"
    )

    assert [item.name for item in read(text, "linux").items()] == ["Everywhere", "Unix"]
    assert [item.name for item in read(text, "windows").items()] == ["Everywhere", "Windows"]


def test_a_menu_of_other_systems_rows_alone_is_no_problem(read: Callable[..., Menu]) -> None:
    menu = read("Method,Command,Name,Platform\nexe,true,Go,windows\n", "linux")

    assert menu.problems == ()


def test_a_windows_command_script_is_grey_elsewhere_but_no_error(read: Callable[..., Menu]) -> None:
    text = "Method,Command,Name\ncmd,.\\clean.cmd,Clean\n"

    assert "runs only there" in next(read(text, "macos").items()).trouble
    assert next(read(text, "windows").items()).trouble == ""
    assert read(text, "macos").errors == ()


def test_items_are_found_by_name_in_any_case_and_spacing(read: Callable[..., Menu]) -> None:
    menu = read("Method,Command,Name\nexe,true,Clean<LineBreak/>up\n")

    assert [item.label for item in menu.named("clean  UP")] == ["Clean up"]
    assert menu.named("other") == []


@given(st.binary(max_size=300))
def test_any_bytes_are_decoded(data: bytes) -> None:
    text, encoding = decode(data)
    find_delimiter(text)

    assert "".encode(encoding) is not None


@given(
    st.lists(
        st.tuples(*[st.text(st.sampled_from('ab ,;|"\n\té'), max_size=8)] * 4),
        max_size=8,
    ),
    st.sampled_from(",;\t|"),
)
def test_what_was_written_is_what_is_read(
    rows: list[tuple[str, str, str, str]], delimiter: str
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(["Method", "Command", "Name", "Description", "Section"])
    for command, name, description, section in rows:
        writer.writerow(["exe", f"c{command}c", f"n{name}n", f"d{description}d", section])

    menu = parse_menu(text.getvalue().encode(), Path("m.csv"), "linux")

    expected = sorted((f"c{c}c", f"n{n}n", f"d{d}d") for c, n, d, _ in rows)
    assert sorted((i.command, i.name, i.description) for i in menu.items()) == expected
