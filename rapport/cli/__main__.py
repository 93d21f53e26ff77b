"""``python -m rapport.cli`` is the command ``rapport``."""

import sys

from rapport.cli import main

sys.exit(main())
