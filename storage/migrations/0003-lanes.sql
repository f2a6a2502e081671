CREATE TABLE IF NOT EXISTS signals (
  day Int32,
  detector LowCardinality(String),
  key String,
  is_open Bool,
  signals String CODEC(ZSTD(1)),
  version UInt64
) ENGINE = ReplacingMergeTree(version)
PARTITION BY intDiv(day, 30)
ORDER BY (day, detector, key);

CREATE TABLE IF NOT EXISTS snapshot_chunks (
  lane String,
  snapshot_id UInt64,
  chunk UInt32,
  bytes String CODEC(NONE)
) ENGINE = ReplacingMergeTree
ORDER BY (lane, snapshot_id, chunk);

CREATE TABLE IF NOT EXISTS snapshots (
  lane String,
  snapshot_id UInt64,
  position String,
  chunks UInt32,
  size_bytes UInt64,
  taken_at DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree
ORDER BY (lane, snapshot_id);
