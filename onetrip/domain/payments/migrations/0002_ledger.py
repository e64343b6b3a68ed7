"""The ledger's referees: every posting balances before its transaction commits, and nothing in it is ever changed."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION payments_check_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    subject bigint := CASE TG_TABLE_NAME WHEN 'payments_posting' THEN NEW.id ELSE (to_jsonb(NEW)->>'posting_id')::bigint END;
    sides bigint;
    total bigint;
BEGIN
    SELECT count(*), coalesce(sum(fen), 0) INTO sides, total FROM payments_entry WHERE posting_id = subject;
    IF sides < 2 OR total <> 0 THEN
        RAISE EXCEPTION 'posting % does not balance: % sides, sum %', subject, sides, total
            USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_balances';
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER posting_balances AFTER INSERT ON payments_posting
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_check_balance();
CREATE CONSTRAINT TRIGGER entry_balances AFTER INSERT ON payments_entry
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_check_balance();

CREATE FUNCTION payments_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: correct it with another posting';
END
$$;

CREATE TRIGGER posting_append_only BEFORE UPDATE OR DELETE ON payments_posting
FOR EACH ROW EXECUTE FUNCTION payments_refuse_change();
CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE ON payments_entry
FOR EACH ROW EXECUTE FUNCTION payments_refuse_change();
"""

BACKWARD = """
DROP TRIGGER entry_append_only ON payments_entry;
DROP TRIGGER posting_append_only ON payments_posting;
DROP FUNCTION payments_refuse_change();
DROP TRIGGER entry_balances ON payments_entry;
DROP TRIGGER posting_balances ON payments_posting;
DROP FUNCTION payments_check_balance();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
