"""The audit trail's one way in, and the triggers that make it append-only."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION core_audit_text(lane smallint, number bigint, at timestamptz, verb text, subject text,
                                actor_kind text, actor_id text, detail jsonb) RETURNS bytea
LANGUAGE sql IMMUTABLE AS $$
    -- A JSON array, not a joined string: no two different entries can write the same bytes.
    SELECT convert_to(jsonb_build_array(lane, number, (extract(epoch FROM at) * 1000000)::bigint, verb, subject,
                                        actor_kind, actor_id, detail)::text, 'UTF8')
$$;

CREATE FUNCTION core_audit_append(at timestamptz, verb text, subject text, actor_kind text, actor_id text,
                                  detail jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    chosen smallint := pg_backend_pid() % 256;
    entry_number bigint;
    before bytea;
    digest bytea;
BEGIN
    -- A lane nobody is using now: auditing never waits, so it cannot take part in a deadlock.
    FOR attempt IN 1..256 LOOP
        EXIT WHEN pg_try_advisory_xact_lock(7201, chosen);
        chosen := (chosen + 1) % 256;
    END LOOP;
    INSERT INTO core_auditlane AS l (lane, number, head) VALUES (chosen, 1, ''::bytea)
    ON CONFLICT (lane) DO UPDATE SET number = l.number + 1 RETURNING number, head INTO entry_number, before;
    digest := sha256(before || core_audit_text(chosen, entry_number, at, verb, subject, actor_kind, actor_id, detail));
    INSERT INTO core_auditentry (lane, number, at, verb, subject, actor_kind, actor_id, detail, previous, hash)
    VALUES (chosen, entry_number, at, verb, subject, actor_kind, actor_id, detail, before, digest);
    UPDATE core_auditlane SET head = digest WHERE lane = chosen;
END
$$;

CREATE FUNCTION core_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only';
END
$$;

CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON core_auditentry
FOR EACH ROW EXECUTE FUNCTION core_audit_refuse();
"""

BACKWARD = """
DROP TRIGGER audit_append_only ON core_auditentry;
DROP FUNCTION core_audit_refuse();
DROP FUNCTION core_audit_append(timestamptz, text, text, text, text, jsonb);
DROP FUNCTION core_audit_text(smallint, bigint, timestamptz, text, text, text, text, jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
