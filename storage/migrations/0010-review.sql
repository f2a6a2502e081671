CREATE TABLE IF NOT EXISTS review_events (
  tenant LowCardinality(String),
  chain String,
  sequence UInt32,
  fingerprint String,
  entry String,
  inserted_at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
) ENGINE = MergeTree
ORDER BY (tenant, chain, sequence)
SETTINGS non_replicated_deduplication_window = 100000, fsync_after_insert = 1;

CREATE TABLE IF NOT EXISTS review_log (
  tenant LowCardinality(String),
  chain String,
  sequence UInt64,
  fingerprint String,
  entry String,
  at DateTime64(3, 'UTC'),
  account LowCardinality(String),
  operation LowCardinality(String)
) ENGINE = MergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (tenant, at, chain, sequence)
SETTINGS fsync_after_insert = 1;

CREATE TABLE IF NOT EXISTS review_sessions (
  tenant LowCardinality(String),
  id_hash String,
  session String,
  expires_at DateTime64(3, 'UTC'),
  is_ended Bool,
  version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, id_hash)
TTL toDateTime(expires_at) + INTERVAL 1 DAY
SETTINGS fsync_after_insert = 1;
