"""The job queue of procrastinate, with the few privileges that deferring and running need."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0003_jobs"
down_revision = "0002_audit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the library's schema; web may defer, the worker may run."""
    bind = op.get_bind()
    bind.exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
    bind.exec_driver_sql(
        """
        GRANT SELECT, INSERT ON procrastinate_jobs TO vitrine_web;
        GRANT INSERT ON procrastinate_events TO vitrine_web;
        GRANT SELECT ON procrastinate_workers TO vitrine_web;
        GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_jobs, procrastinate_events,
          procrastinate_periodic_defers, procrastinate_workers TO vitrine_worker;
        GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO vitrine_web, vitrine_worker;
        DO $$
        DECLARE t text;
        BEGIN
          FOREACH t IN ARRAY ARRAY['procrastinate_jobs', 'procrastinate_events',
                                   'procrastinate_periodic_defers', 'procrastinate_workers']
          LOOP
            EXECUTE format('ALTER TABLE %%I ENABLE ROW LEVEL SECURITY', t);
            EXECUTE format('ALTER TABLE %%I FORCE ROW LEVEL SECURITY', t);
            EXECUTE format('CREATE POLICY queue ON %%I USING (true) WITH CHECK (true)', t);
          END LOOP;
        END $$;
        """
    )


def downgrade() -> None:
    """Drop the queue."""
    bind = op.get_bind()
    bind.exec_driver_sql(
        "DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs,"
        " procrastinate_workers CASCADE"
    )
    bind.exec_driver_sql(
        """
        DO $$
        DECLARE f text;
        BEGIN
          FOR f IN SELECT oid::regprocedure::text FROM pg_proc
                    WHERE proname LIKE 'procrastinate%%' LOOP
            EXECUTE 'DROP FUNCTION ' || f || ' CASCADE';
          END LOOP;
          FOR f IN SELECT typname FROM pg_type WHERE typname LIKE 'procrastinate%%'
                      AND typtype IN ('e', 'c') LOOP
            EXECUTE 'DROP TYPE IF EXISTS ' || f || ' CASCADE';
          END LOOP;
        END $$;
        """
    )
