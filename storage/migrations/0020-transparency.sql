CREATE TABLE IF NOT EXISTS log_entries (
  log_index UInt64,
  chain_uid LowCardinality(String),
  uid String,
  entry String
) ENGINE = MergeTree
ORDER BY log_index;

CREATE TABLE IF NOT EXISTS log_checkpoints (
  size UInt64,
  signed_at DateTime64(3, 'UTC'),
  note String
) ENGINE = MergeTree
ORDER BY size;

CREATE TABLE IF NOT EXISTS log_batches (
  uid String,
  first_at DateTime64(3, 'UTC'),
  last_at DateTime64(3, 'UTC'),
  systems Array(LowCardinality(String)),
  event_ids Array(String),
  salts String,
  erased_positions Array(UInt32),
  erased_commitments Array(String),
  version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY uid;

CREATE TABLE IF NOT EXISTS log_records (
  uid String,
  chain_uid LowCardinality(String),
  record String,
  salt String
) ENGINE = MergeTree
ORDER BY uid;
