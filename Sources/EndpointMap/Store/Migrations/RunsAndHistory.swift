// SPDX-License-Identifier: Apache-2.0

extension StoreMigration {
  /// Schema 1: runs, endpoints, and the history of answers and support as intervals.
  ///
  /// Every interval is `[since_run, until_run)`, open while `until_run` is NULL. Codes of `answer`, `support`,
  /// `evidence`, `variant` and `source` are those of `StoredCode`.
  static let runsAndHistory = StoreMigration(
    name: "0001-runs-and-history",
    sql: """
      -- Interned texts: CNAME chains (names separated by spaces), resolvers, notes.
      CREATE TABLE text (id INTEGER PRIMARY KEY, value TEXT NOT NULL UNIQUE) STRICT;

      -- A release of endpoint data that runs were made with; the digest covers its whole list of hosts.
      CREATE TABLE catalog (
        id INTEGER PRIMARY KEY,
        release TEXT NOT NULL,
        hash TEXT NOT NULL,
        digest TEXT NOT NULL,
        UNIQUE (release, hash, digest)
      ) STRICT;

      -- Sets of hosts as bit maps over host.id, so that equal runs share one.
      CREATE TABLE coverage (id INTEGER PRIMARY KEY, digest INTEGER NOT NULL, bits BLOB NOT NULL) STRICT;
      CREATE INDEX coverage_digest ON coverage (digest);

      CREATE TABLE run (
        id INTEGER PRIMARY KEY,
        state TEXT NOT NULL CHECK (state IN ('running', 'interrupted', 'complete')),
        started INTEGER NOT NULL,
        finished INTEGER,
        catalog INTEGER NOT NULL REFERENCES catalog (id),
        selection TEXT NOT NULL,
        resolvers TEXT NOT NULL,
        rate INTEGER,
        vantage TEXT,
        version TEXT NOT NULL,
        hosts INTEGER NOT NULL,
        coverage INTEGER REFERENCES coverage (id)
      ) STRICT;

      -- How many hosts of a run had which answer.
      CREATE TABLE run_count (
        run INTEGER NOT NULL REFERENCES run (id),
        family INTEGER NOT NULL,
        answer INTEGER NOT NULL,
        hosts INTEGER NOT NULL,
        PRIMARY KEY (run, family, answer)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE host (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

      -- Answers of a run that is not complete; emptied when the run is merged into the history.
      CREATE TABLE journal (
        run INTEGER NOT NULL REFERENCES run (id),
        host INTEGER NOT NULL REFERENCES host (id),
        family INTEGER NOT NULL,
        answer INTEGER NOT NULL,
        addresses BLOB,
        chain INTEGER REFERENCES text (id),
        resolver INTEGER REFERENCES text (id),
        note INTEGER REFERENCES text (id),
        PRIMARY KEY (run, host, family)
      ) STRICT, WITHOUT ROWID;

      -- Answers: a new row only when the answer changes. Addresses, resolver and note are those of the look that
      -- opened the interval: its proof. The chain is the one seen last.
      CREATE TABLE history (
        host INTEGER NOT NULL REFERENCES host (id),
        family INTEGER NOT NULL,
        since_run INTEGER NOT NULL REFERENCES run (id),
        until_run INTEGER REFERENCES run (id),
        answer INTEGER NOT NULL,
        addresses BLOB,
        chain INTEGER REFERENCES text (id),
        resolver INTEGER REFERENCES text (id),
        note INTEGER REFERENCES text (id),
        PRIMARY KEY (host, family, since_run)
      ) STRICT, WITHOUT ROWID;
      -- Holds all columns that the present map needs, the constant one too, or SQLite looks each row up.
      CREATE INDEX history_open ON history (host, family, answer, chain, until_run) WHERE until_run IS NULL;

      -- Times in which looks failed and the last known answer stood.
      CREATE TABLE gap (
        host INTEGER NOT NULL REFERENCES host (id),
        family INTEGER NOT NULL,
        since_run INTEGER NOT NULL REFERENCES run (id),
        until_run INTEGER REFERENCES run (id),
        note INTEGER REFERENCES text (id),
        PRIMARY KEY (host, family, since_run)
      ) STRICT, WITHOUT ROWID;

      -- A service in a region.
      CREATE TABLE cell (
        id INTEGER PRIMARY KEY,
        partition TEXT NOT NULL,
        service TEXT NOT NULL,
        region TEXT NOT NULL,
        UNIQUE (partition, service, region)
      ) STRICT;

      -- Which hosts stand for which service, region and variant.
      CREATE TABLE endpoint (
        cell INTEGER NOT NULL REFERENCES cell (id),
        variant INTEGER NOT NULL,
        host INTEGER NOT NULL REFERENCES host (id),
        since_run INTEGER NOT NULL REFERENCES run (id),
        until_run INTEGER REFERENCES run (id),
        source INTEGER NOT NULL,
        representative INTEGER NOT NULL,
        is_primary INTEGER NOT NULL,
        PRIMARY KEY (cell, variant, host, since_run)
      ) STRICT, WITHOUT ROWID;

      -- Support of a cell, derived when a run is merged: fips 0 from the names default and dualstack, fips 1 from
      -- fips and fips-dualstack. A new row when the support or a deciding name changes.
      CREATE TABLE support (
        cell INTEGER NOT NULL REFERENCES cell (id),
        fips INTEGER NOT NULL,
        since_run INTEGER NOT NULL REFERENCES run (id),
        until_run INTEGER REFERENCES run (id),
        support INTEGER NOT NULL,
        evidence INTEGER NOT NULL,
        support_since INTEGER NOT NULL REFERENCES run (id),
        previous INTEGER,
        cause INTEGER REFERENCES host (id),
        standard INTEGER REFERENCES host (id),
        dualstack INTEGER REFERENCES host (id),
        PRIMARY KEY (cell, fips, since_run)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX support_since_run ON support (since_run);
      """)
}
