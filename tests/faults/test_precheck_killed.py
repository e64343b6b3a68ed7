"""kill -9 of the process that looks at a paper: the next one looks at it, the citizen need not send it again."""

import pytest
from django.db import connection

from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.domain.cases import queries, services
from onetrip.domain.papers.models import Paper
from tests.drawn.samples import samples
from tests.journeys.errands import an_errand
from tests.patience import PROCESSES_S, eventually
from tests.people import a_citizen
from tests.servers import LiveServers

pytestmark = pytest.mark.timeout(300)


def test_a_pre_check_whose_process_dies_is_done_by_the_next(live_servers: LiveServers) -> None:
    pytest.importorskip("rapidocr", reason="the optional extra: make precheck")
    user = a_citizen()
    case_id = an_errand(user)
    material = queries.case(case_id=case_id, citizen_id=user.pk).materials[0].line.key
    sample = next(samples(seed=1, fonts=(0,), conditions=("clean",)))
    first = live_servers.start("worker", "--precheck")
    services.file_paper(
        case_id=case_id, material=material, upload=sample.jpeg, citizen_id=user.pk,
        by=Actor("citizen", user.public_id), at=clock.now(),
    )  # fmt: skip
    paper = Paper.objects.latest("pk")
    eventually(lambda: _is_looked_at(paper.pk), within_s=PROCESSES_S)
    first.kill()
    paper.refresh_from_db()
    assert paper.check_state == "waiting"
    live_servers.start("worker", "--precheck")
    eventually(lambda: Paper.objects.get(pk=paper.pk).check_state == "checked", within_s=120)


def _is_looked_at(key: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM procrastinate_jobs WHERE task_name = 'papers.check' AND args->>'key' = %s"
            " AND status = 'doing'",
            [str(key)],
        )
        return cursor.fetchone() is not None
