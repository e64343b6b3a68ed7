"""What a case was told stays as it was told: the database itself refuses to change or delete a guide's version."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION catalog_guide_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.public_id, NEW.item_id, NEW.number, NEW.content, NEW.sha256, NEW.created_at)
            IS NOT DISTINCT FROM
            (OLD.id, OLD.public_id, OLD.item_id, OLD.number, OLD.content, OLD.sha256, OLD.created_at)
            AND (OLD.published_at IS NULL OR NEW.published_at IS NOT DISTINCT FROM OLD.published_at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a version of a guide never changes' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER catalog_guide_stays BEFORE UPDATE OR DELETE ON catalog_guideversion
    FOR EACH ROW EXECUTE FUNCTION catalog_guide_stays();
"""
MELT = "DROP TRIGGER catalog_guide_stays ON catalog_guideversion; DROP FUNCTION catalog_guide_stays();"


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunSQL(FREEZE, MELT)]
