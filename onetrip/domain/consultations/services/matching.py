"""Who is rung, and for whom: the decision is one statement, which costs the same with ten in a line and with 2,000.

It only reads. Ringing takes rows nobody else is using (SKIP LOCKED), so it never waits while it holds a line.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from onetrip.core import jobs
from onetrip.core.locks import lock_name
from onetrip.core.unit import use_case
from onetrip.domain.consultations import rules
from onetrip.domain.consultations.models import Consultation, Post
from onetrip.domain.consultations.services.posts import move_post
from onetrip.domain.consultations.services.showing import show_consultation
from onetrip.domain.consultations.states import CONSULTATION, ConsultationState, PostState

# The first in rank for whom a post is free, and of those posts the longest idle one. A post that passed a call on is
# rung for it again once every post that could take it has passed it on, and a pause is over. Who was passed on to a
# certain post waits for that one as long as it is on duty, but no longer than others wait for help. The states stand
# in the text, for the partial index of those who wait.
DECISION = """
WITH here AS MATERIALIZED (
  SELECT id, state, idle_since, competences, backs_up FROM consultations_post
  WHERE state <> 'off' AND seen_at > %(officer_seen)s
    AND (competences && %(lines)s::varchar[] OR backs_up && %(lines)s::varchar[])
), free AS MATERIALIZED (
  SELECT * FROM here WHERE state = 'available' AND NOT id = ANY(%(passed_over)s::bigint[])
)
SELECT head.id, head.post_id
FROM unnest(%(lines)s::varchar[]) AS line (name)
CROSS JOIN LATERAL (
  SELECT c.id, c.rank, chosen.id AS post_id
  FROM consultations_consultation AS c
  CROSS JOIN LATERAL (
    SELECT free.id FROM free
    WHERE (c.competence = ANY(free.competences)
           OR (c.competence = ANY(free.backs_up) AND c.joined_at <= %(overflow)s))
      AND (c.wanted_post_id IS NULL OR c.wanted_post_id = free.id OR c.transferred_at <= %(overflow)s
           OR NOT EXISTS (SELECT FROM here WHERE here.id = c.wanted_post_id))
      AND (NOT free.id = ANY(c.passed_by)
           OR ((c.ring_until IS NULL OR c.ring_until <= %(rung_before)s)
               AND NOT EXISTS (
                 SELECT FROM here
                 WHERE NOT here.id = ANY(c.passed_by)
                   AND (c.competence = ANY(here.competences)
                        OR (c.competence = ANY(here.backs_up) AND c.joined_at <= %(overflow)s)))))
    ORDER BY free.idle_since, free.id LIMIT 1
  ) AS chosen
  WHERE c.competence = line.name AND c.state = 'waiting'
    AND c.seen_at > %(citizen_seen)s AND NOT c.id = ANY(%(busy)s::bigint[])
  ORDER BY c.rank LIMIT 1
) AS head
WHERE EXISTS (SELECT FROM free)
ORDER BY head.rank LIMIT 1
"""


@use_case
def match_line(*, competence: str, at: datetime) -> None:
    """Ring posts for the people at the head of a line, as far as there are free posts."""
    match_lines([competence], at=at)


def match_lines(competences: Iterable[str], *, at: datetime) -> None:
    """Ring posts for the people at the head of these lines.

    Only one transaction at a time matches a line, and it sees everything that was committed before: a citizen who
    joins and an officer who gets free at the same moment always find each other.
    """
    lines = sorted(set(competences))
    for competence in lines:
        lock_name(f"line:{competence}")
    busy: list[int] = []
    passed_over: list[int] = []
    while (pair := _next_pair(lines, busy=busy, passed_over=passed_over, at=at)) is not None:
        consultation, post = pair
        if not _ring(
            consultation, post, at
        ):  # somebody uses one of the two at this moment, and will match again
            busy.append(consultation)
            passed_over.append(post)


def _next_pair(
    lines: list[str], *, busy: list[int], passed_over: list[int], at: datetime
) -> tuple[int, int] | None:
    """Return (consultation, post) of the next ring, by their row numbers."""
    values: dict[str, Any] = {
        "lines": lines,
        "busy": busy,
        "passed_over": passed_over,
        "officer_seen": at - rules.OFFICER_AWAY,
        "citizen_seen": at - rules.CITIZEN_AWAY,
        "overflow": at - rules.OVERFLOW_AFTER,
        "rung_before": at - rules.RING_AGAIN + rules.RING,
    }
    with connection.cursor() as cursor:
        cursor.execute(DECISION, values)
        found = cursor.fetchone()
    return None if found is None else (found[0], found[1])


def _ring(row_key: int, post_key: int, at: datetime) -> bool:
    """Ring the post, unless somebody uses one of the two rows at this moment: whoever does will match again."""
    rows = Consultation.objects.filter(pk=row_key, state=ConsultationState.WAITING)
    row = rows.select_for_update(skip_locked=True).first()
    posts = Post.objects.filter(pk=post_key, state=PostState.AVAILABLE)
    post = posts.select_for_update(skip_locked=True).first() if row is not None else None
    if row is None or post is None:
        return False
    row.state = CONSULTATION.next_state(row.state, "ring")
    row.post, row.officer_id = post, post.officer_id
    row.rings += 1
    row.ring_until = at + rules.RING
    row.save(update_fields=["state", "post", "officer", "rings", "ring_until"])
    move_post(post, "ring", at=at)
    show_consultation(row)
    jobs.defer("consultations.end_ring", at=row.ring_until, consultation_id=row.public_id, rings=row.rings)
    return True


def lines_of(post: Post) -> list[str]:
    """Return every line whose callers this post may be rung for."""
    return [*post.competences, *post.backs_up]
