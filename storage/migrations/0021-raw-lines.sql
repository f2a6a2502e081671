CREATE TABLE IF NOT EXISTS raw_lines (
  batch_uid String,
  first_at DateTime64(3, 'UTC'),
  last_at DateTime64(3, 'UTC'),
  line_count UInt32,
  sealed String CODEC(NONE)
) ENGINE = MergeTree
PARTITION BY toYYYYMM(last_at)
ORDER BY batch_uid;

CREATE TABLE IF NOT EXISTS holds (
  hold_id String,
  case_id String,
  actor String,
  from_at DateTime64(3, 'UTC'),
  to_at DateTime64(3, 'UTC'),
  reason String,
  decided_by String,
  decided_at DateTime64(3, 'UTC'),
  ends_at DateTime64(3, 'UTC'),
  snapshot_sha256 String,
  events UInt64,
  lines UInt64,
  released_at DateTime64(3, 'UTC') DEFAULT 0,
  released_by String,
  version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY hold_id;

CREATE TABLE IF NOT EXISTS held_rows (
  hold_id String,
  position UInt32,
  system LowCardinality(String),
  event_id String,
  occurred_at DateTime64(3, 'UTC'),
  stored_row String,
  sealed_line String
) ENGINE = MergeTree
ORDER BY (hold_id, position);
