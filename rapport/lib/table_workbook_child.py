"""A process of its own that turns one sheet of a workbook into a CSV file: ``… SOURCE TARGET SHEET MEGABYTES``.

It may take only so much memory and time: whatever a workbook does to its reader, it does it here. Nothing of Rapport
is imported, so that it starts quickly. Prints one line of JSON: the sheets and which one was taken, or ``{"problem"}``.
"""

import csv
import datetime
import json
import resource
import sys
from pathlib import Path
from typing import Any

import python_calamine

_SECONDS = 300  # of processor time
# A line break inside a cell is written as this sign, which all fields take for one: a row stays one line of the file.
LINE_SEPARATOR = "\u2028"
_BREAKS = str.maketrans({"\r": None, "\n": LINE_SEPARATOR, "\0": None})
_DIGITS = "0123456789"


def text_of(value: Any) -> str:
    """A cell as the fields understand it: numbers with a point, days and moments in ISO form."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").translate(_BREAKS) if not value.isprintable() else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | int):
        return _number(value)
    if isinstance(value, datetime.datetime):
        whole_day = not (value.hour or value.minute or value.second or value.microsecond)
        return value.date().isoformat() if whole_day else value.isoformat(" ", "seconds")
    return str(value)


def _number(value: float) -> str:
    if value == int(value) and abs(value) < 1e18:
        return str(int(value))
    text = repr(value)
    if "e" in text:
        return f"{value:.15f}".rstrip("0").rstrip(".")
    # Three digits behind the point could be taken for thousands: one more says that they are none.
    return text + "0" if text[-4:-3] == "." else text


def convert(source: str, target: str, wanted: str) -> dict[str, Any]:
    """Writes the sheet called ``wanted``, or the first that shows and has cells."""
    book = python_calamine.CalamineWorkbook.from_path(source)
    sheets = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        and sheet.visible == python_calamine.SheetVisibleEnum.Visible
    ] or list(book.sheet_names)
    if wanted and wanted not in sheets:
        return {"problem": "sheet", "sheets": sheets}
    for name in [wanted] if wanted else sheets:
        sheet = book.get_sheet_by_name(name)
        if sheet.start is None and name != (wanted or sheets[-1]):
            continue
        return {"sheets": sheets, "sheet": name, "rows": _write(sheet, target)}
    return {"problem": "empty", "sheets": sheets}


def _write(sheet: Any, target: str) -> int:
    count = 0
    with Path(target).open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        for cells in sheet.iter_rows():  # from the first row on, also where that has no cells: numbers stay
            texts = [text_of(cell) for cell in cells]
            count += 1
            if any(texts):
                writer.writerow(texts)
            else:
                out.write("\n")
    return count


def main() -> None:
    """Converts as the command line says; no more memory than that, and no more than five minutes."""
    source, target, wanted, megabytes = sys.argv[1:5]
    resource.setrlimit(resource.RLIMIT_AS, (int(megabytes) * 1_000_000,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        told = convert(source, target, wanted)
    except MemoryError:
        told = {"problem": "memory"}
    except python_calamine.PasswordError:
        told = {"problem": "password"}
    except (python_calamine.CalamineError, ValueError, OSError):
        told = {"problem": "broken"}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
