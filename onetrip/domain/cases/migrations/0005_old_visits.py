"""What visits, consultations and numbers from before say of themselves: as far as the case still knows."""

from django.db import migrations

_FILL = """
UPDATE cases_visit AS v SET item_code = c.item_code, guide_version = c.guide_version,
  came = coalesce(a.channel, 'walk_in')
FROM cases_case AS c, booking_ticket AS t LEFT JOIN booking_appointment AS a ON a.id = t.appointment_id
WHERE c.id = v.case_id AND t.id = v.ticket_id;
UPDATE cases_case AS c SET trips = v.trips
FROM (SELECT case_id, count(*) AS trips FROM cases_visit GROUP BY case_id) AS v WHERE v.case_id = c.id;
INSERT INTO cases_caseconsultation (case_id, consultation_id)
SELECT id, consultation_id FROM cases_case WHERE consultation_id IS NOT NULL;
INSERT INTO cases_caseticket (case_id, ticket_id)
SELECT case_id, ticket_id FROM cases_visit UNION SELECT id, ticket_id FROM cases_case WHERE ticket_id IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_the_outcome")]

    operations = [migrations.RunSQL(_FILL, migrations.RunSQL.noop)]
