// SPDX-License-Identifier: Apache-2.0

extension StoreMigration {
  /// What a run's resolvers were worth; runs whose answers were rejected; a complete run has an end.
  ///
  /// Codes of `verdict` are those of `StoredCode`.
  static let runVerdict = StoreMigration(
    name: "0003-run-verdict",
    sql: """
      CREATE TABLE judged_run (
        id INTEGER PRIMARY KEY,
        state TEXT NOT NULL CHECK (state IN ('running', 'interrupted', 'complete', 'rejected')),
        started INTEGER NOT NULL,
        finished INTEGER,
        catalog INTEGER NOT NULL REFERENCES catalog (id),
        selection TEXT NOT NULL,
        resolvers TEXT NOT NULL,
        rate INTEGER,
        vantage TEXT,
        version TEXT NOT NULL,
        hosts INTEGER NOT NULL,
        coverage INTEGER REFERENCES coverage (id),
        CHECK (state <> 'complete' OR typeof(finished) = 'integer')
      ) STRICT;
      INSERT INTO judged_run (
        id, state, started, finished, catalog, selection, resolvers, rate, vantage, version, hosts, coverage)
      SELECT
        id, state, started, finished, catalog, selection, resolvers, rate, vantage, version, hosts, coverage
      FROM run;
      DROP TABLE run;
      ALTER TABLE judged_run RENAME TO run;

      -- What each resolver of a run was worth when it was last judged, and what that rests on.
      CREATE TABLE verdict (
        run INTEGER NOT NULL REFERENCES run (id),
        resolver TEXT NOT NULL,
        verdict INTEGER NOT NULL,
        seen TEXT NOT NULL,
        time INTEGER NOT NULL,
        PRIMARY KEY (run, resolver)
      ) STRICT, WITHOUT ROWID;
      """)
}
