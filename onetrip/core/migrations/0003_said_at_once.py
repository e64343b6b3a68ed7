"""What a use case says at its end is one statement: live changes become a function as audit entries are.

The audit trail's lane is written once an entry, not twice: nobody else can be at it while its lock is held.
"""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION core_audit_append(at timestamptz, verb text, subject text, actor_kind text, actor_id text,
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
    SELECT l.number + 1, l.head INTO entry_number, before FROM core_auditlane l WHERE l.lane = chosen;
    IF NOT FOUND THEN
        entry_number := 1;
        before := ''::bytea;
    END IF;
    digest := sha256(before || core_audit_text(chosen, entry_number, at, verb, subject, actor_kind, actor_id, detail));
    INSERT INTO core_auditentry (lane, number, at, verb, subject, actor_kind, actor_id, detail, previous, hash)
    VALUES (chosen, entry_number, at, verb, subject, actor_kind, actor_id, detail, before, digest);
    IF entry_number = 1 THEN
        INSERT INTO core_auditlane (lane, number, head) VALUES (chosen, 1, digest);
    ELSE
        UPDATE core_auditlane SET number = entry_number, head = digest WHERE lane = chosen;
    END IF;
END
$$;

CREATE FUNCTION core_live_append(changed text, patched jsonb) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    numbered bigint;
BEGIN
    INSERT INTO core_livetopic AS t (topic, seq) VALUES (changed, 1)
    ON CONFLICT (topic) DO UPDATE SET seq = t.seq + 1 RETURNING seq INTO numbered;
    INSERT INTO core_liveevent (topic, seq, patch) VALUES (changed, numbered, patched);
    RETURN numbered;
END
$$;
"""

BACKWARD = """
DROP FUNCTION core_live_append(text, jsonb);
CREATE OR REPLACE FUNCTION core_audit_append(at timestamptz, verb text, subject text, actor_kind text, actor_id text,
                                             detail jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    chosen smallint := pg_backend_pid() % 256;
    entry_number bigint;
    before bytea;
    digest bytea;
BEGIN
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
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0002_audit_functions")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
