PRAGMA user_version = 1;
CREATE TABLE metadata (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE hosts (
  host TEXT PRIMARY KEY,
  a TEXT NOT NULL,
  aaaa TEXT NOT NULL,
  cname TEXT NOT NULL,
  observed_at TEXT,
  evidence TEXT NOT NULL,
  outside_aws_ranges TEXT NOT NULL,
  held TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE support (
  partition TEXT NOT NULL,
  service TEXT NOT NULL,
  region TEXT NOT NULL,
  support TEXT NOT NULL,
  evidence TEXT NOT NULL,
  since TEXT,
  host_default TEXT,
  host_dualstack TEXT,
  host_fips TEXT,
  host_fips_dualstack TEXT,
  "group" TEXT NOT NULL,
  main INTEGER NOT NULL,
  at_least INTEGER NOT NULL,
  PRIMARY KEY (partition, service, region, main, "group")
) STRICT, WITHOUT ROWID;
CREATE TABLE changes (
  date TEXT NOT NULL,
  partition TEXT NOT NULL,
  service TEXT NOT NULL,
  region TEXT NOT NULL,
  "from" TEXT NOT NULL,
  "to" TEXT NOT NULL,
  host TEXT NOT NULL,
  evidence TEXT NOT NULL,
  cause TEXT,
  "group" TEXT NOT NULL,
  main INTEGER NOT NULL,
  at_least INTEGER NOT NULL
) STRICT;
