"""Run as a program: start both engines in ONETRIP_HOME, say so, and keep them until stopped or killed."""

import os
import signal
import sys
import time

from onetrip.cli.engines.embedded import plan_engines
from onetrip.cli.engines.folders import choose_home, lock_home
from onetrip.cli.owner import choose_engine_user
from onetrip.cli.refusals import CannotStart


def main() -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    user = choose_engine_user()
    home = choose_home(user=user, environ=os.environ)
    with lock_home(home):
        engines = plan_engines(home=home, user=user, environ={})
        engines.start()
        try:
            print(engines.database_url, flush=True)
            time.sleep(300)
        except KeyboardInterrupt:
            return 0
        finally:
            engines.stop()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CannotStart as refusal:
        print(f"onetrip: {refusal}", file=sys.stderr)
        sys.exit(1)
