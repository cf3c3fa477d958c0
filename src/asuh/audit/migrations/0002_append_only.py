"""The database itself refuses to change the trail, and stamps what a writer could lie about.

Refusals fire ALWAYS: `SET session_replication_role = replica` does not get round them; only the owner of the
table can, with ALTER TABLE, and that is what the seals are for. The stamp fires for ordinary writers only, so
that a restored or replicated row keeps the stamp it was given.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION audit_stamp_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.at := clock_timestamp();
    NEW.era := (SELECT system_identifier FROM pg_control_system());
    NEW.transaction := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END $$;

CREATE TRIGGER audit_stamp BEFORE INSERT ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_stamp_event();
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_append_only;
ALTER TABLE audit_seal ENABLE ALWAYS TRIGGER audit_append_only;
"""

BACK = """
DROP TRIGGER audit_append_only ON audit_event;
DROP TRIGGER audit_append_only ON audit_seal;
DROP TRIGGER audit_stamp ON audit_event;
DROP FUNCTION audit_refuse_change();
DROP FUNCTION audit_stamp_event();
"""


class Migration(migrations.Migration):

    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
