"""A crowd for the sample city: simulated citizens and officers who use the services that the pages use.

They leave `officer1`, `household1` and `window1` to people, and a simulated officer takes a real person's call only
while no person is on duty for it (by chat: it has no camera). Everybody simulated is named so.
"""

from onetrip.cli.sample_city.crowd.history import seed_history
from onetrip.cli.sample_city.crowd.run import MAX_CROWD, run_crowd

__all__ = ["MAX_CROWD", "run_crowd", "seed_history"]
