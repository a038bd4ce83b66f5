// SPDX-License-Identifier: Apache-2.0

extension StoreMigration {
  /// Marks of addresses outside the published ranges, and changes that are held back.
  static let addressMarks = StoreMigration(
    name: "0004-address-marks",
    sql: """
      -- Whether some of the addresses are outside the ranges that AWS publishes.
      ALTER TABLE journal ADD COLUMN outside_ranges INTEGER NOT NULL DEFAULT 0 CHECK (outside_ranges IN (0, 1));
      -- Whether a second resolver or the zone's authority gave the same answer.
      ALTER TABLE journal ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 0 CHECK (confirmed IN (0, 1));
      -- As seen last.
      ALTER TABLE history ADD COLUMN outside_ranges INTEGER NOT NULL DEFAULT 0 CHECK (outside_ranges IN (0, 1));
      DROP INDEX history_open;
      CREATE INDEX history_open ON history (host, family, answer, chain, outside_ranges, until_run)
        WHERE until_run IS NULL;

      -- Answers that would take a name's addresses away, held back because too many names of one run lost theirs. An
      -- interval ends with the run that confirmed the answer or got another one.
      CREATE TABLE held (
        host INTEGER NOT NULL REFERENCES host (id),
        family INTEGER NOT NULL,
        since_run INTEGER NOT NULL REFERENCES run (id),
        until_run INTEGER REFERENCES run (id),
        answer INTEGER NOT NULL,
        resolver INTEGER REFERENCES text (id),
        note INTEGER REFERENCES text (id),
        PRIMARY KEY (host, family, since_run)
      ) STRICT, WITHOUT ROWID;
      """)
}
