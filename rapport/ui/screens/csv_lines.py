"""One line of a CSV file that is sent while it is made."""

import csv
import io
from collections.abc import Sequence


def csv_line(cells: Sequence[str]) -> str:
    """The cells with commas between them, quoted where needed, ended as RFC 4180 says."""
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
