"""`python -m onetrip` is the `onetrip` command."""

import sys

from onetrip.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
