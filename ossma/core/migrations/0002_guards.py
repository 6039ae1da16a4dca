"""Guards of the floor's tables, the documents' number sequence, and the table behind the cache."""

from django.db import migrations

from ossma.core.guards import append_only, keep_columns, refuse_function

CACHE = """
CREATE TABLE ossma_cache (cache_key varchar(255) NOT NULL PRIMARY KEY, value text NOT NULL, expires timestamp with time zone NOT NULL);
CREATE INDEX ossma_cache_expires ON ossma_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [
        refuse_function(),
        append_only("core_auditentry"),
        keep_columns(
            "core_issueddocument",
            ["kind", "number", "version", "subject_kind", "subject_id", "sha256", "content", "made_from", "issued_at"],
        ),
        migrations.RunSQL("CREATE SEQUENCE core_document_number", "DROP SEQUENCE core_document_number"),
        migrations.RunSQL(CACHE, "DROP TABLE ossma_cache"),
    ]
