"""PostgreSQL's full text search, the way its documentation has it."""

import time
from functools import partial

import psycopg
from tests.servers import PostgresServer, postgres_server, wheel_postgres

from benchmarks.peers.asking import LIMIT, Built, Job, main

SEARCH = f"""
    SELECT id FROM places, websearch_to_tsquery('english', %s) AS query
    WHERE vector @@ query ORDER BY ts_rank_cd(vector, query) DESC LIMIT {LIMIT}
"""  # noqa: S608  a constant


def build(server: PostgresServer, job: Job) -> Built:
    """Put the places into one table."""
    connection = psycopg.connect(server.url(), autocommit=True, prepare_threshold=0)
    connection.execute("CREATE TABLE places (id text, title text, headings text, body text)")
    rows = [(one.id, one.title, one.headings, one.text) for one in job.documents]
    with connection.cursor() as cursor, cursor.copy("COPY places FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    connection.execute("""
        ALTER TABLE places ADD COLUMN vector tsvector GENERATED ALWAYS AS (
            setweight(to_tsvector('english', title), 'A') ||
            setweight(to_tsvector('english', headings), 'B') ||
            setweight(to_tsvector('english', body), 'C')) STORED
    """)
    connection.execute("CREATE INDEX ON places USING gin (vector)")
    connection.execute("VACUUM ANALYZE places")
    size = connection.execute("SELECT pg_total_relation_size('places')").fetchone()
    assert size is not None

    def search(query: str) -> list[str]:
        return [row[0] for row in connection.execute(SEARCH, [query.replace("\0", "")])]

    return Built(server.version, search, size[0], time.perf_counter)


if __name__ == "__main__":
    with postgres_server(wheel_postgres()) as running:
        main(partial(build, running))
