// SPDX-License-Identifier: Apache-2.0

extension StoreMigration {
  /// The number of the group of rows that are older than groups.
  static let namelessGroup: Int64 = 1

  /// Endpoints and support are kept for each endpoint group, support may be a bound, and a change has a cause.
  ///
  /// Rows from before belong to group 1, which has no name: the next run derives them anew. The cause of an older change is
  /// known where its run was made with the same catalog as the run before: then the network changed.
  static let endpointGroups = StoreMigration(
    name: "0002-endpoint-groups",
    sql: """
      -- Names of endpoint groups; number 1 is that of rows that are older than groups.
      CREATE TABLE endpoint_group (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
      INSERT INTO endpoint_group (id, name) VALUES (1, '');

      -- Which hosts stand for which group of a service, region and variant; is_main marks the group that ordinary calls
      -- lead to, is_primary the host that decides for the group.
      CREATE TABLE new_endpoint (
        cell INTEGER NOT NULL REFERENCES cell (id),
        endpoint_group INTEGER NOT NULL REFERENCES endpoint_group (id),
        variant INTEGER NOT NULL,
        host INTEGER NOT NULL REFERENCES host (id),
        since_run INTEGER NOT NULL REFERENCES run (id),
        until_run INTEGER REFERENCES run (id),
        source INTEGER NOT NULL,
        representative INTEGER NOT NULL,
        is_main INTEGER NOT NULL,
        is_primary INTEGER NOT NULL,
        PRIMARY KEY (cell, endpoint_group, variant, host, since_run)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO new_endpoint
        SELECT cell, 1, variant, host, since_run, until_run, source, representative, 1, is_primary FROM endpoint;
      DROP TABLE endpoint;
      ALTER TABLE new_endpoint RENAME TO endpoint;

      -- Support of a cell's group, derived when a run is merged: fips 0 from the names default and dualstack, fips 1 from
      -- fips and fips-dualstack. A new row when the support or a deciding name changes. at_least marks an opt-in that may
      -- be more. previous, cause and decided_by belong to a change: what it was, why (ChangeCause), and by which host.
      CREATE TABLE new_support (
        cell INTEGER NOT NULL REFERENCES cell (id),
        endpoint_group INTEGER NOT NULL REFERENCES endpoint_group (id),
        fips INTEGER NOT NULL,
        since_run INTEGER NOT NULL REFERENCES run (id),
        until_run INTEGER REFERENCES run (id),
        is_main INTEGER NOT NULL,
        support INTEGER NOT NULL,
        at_least INTEGER NOT NULL,
        evidence INTEGER NOT NULL,
        support_since INTEGER NOT NULL REFERENCES run (id),
        previous INTEGER,
        cause INTEGER,
        decided_by INTEGER REFERENCES host (id),
        standard INTEGER REFERENCES host (id),
        dualstack INTEGER REFERENCES host (id),
        PRIMARY KEY (cell, endpoint_group, fips, since_run)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO new_support
        SELECT cell, 1, fips, since_run, until_run, 1, support, 0, evidence, support_since, previous,
          (SELECT 1 FROM run AS this WHERE this.id = support.since_run AND support.previous IS NOT NULL
            AND this.catalog = (
              SELECT earlier.catalog FROM run AS earlier
              WHERE earlier.id < this.id AND earlier.state = 'complete' ORDER BY earlier.id DESC LIMIT 1)),
          cause, standard, dualstack
        FROM support;
      DROP TABLE support;
      ALTER TABLE new_support RENAME TO support;
      CREATE INDEX support_since_run ON support (since_run);
      """)
}
