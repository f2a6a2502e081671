CREATE TABLE IF NOT EXISTS holds (
  hold_id String,
  case_id String,
  actors Array(String),
  event_ids Array(String),
  from_at DateTime64(3, 'UTC'),
  to_at DateTime64(3, 'UTC'),
  placed_at DateTime64(3, 'UTC'),
  events UInt64,
  lines UInt64,
  rows_sha256 String,
  batches String,
  is_released Bool,
  version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY hold_id;

CREATE TABLE IF NOT EXISTS held_rows (
  hold_id String,
  occurred_at DateTime64(3, 'UTC'),
  system LowCardinality(String),
  event_id String,
  event String,
  line_sha256 FixedString(32),
  proof String,
  sealed_line String
) ENGINE = ReplacingMergeTree
ORDER BY (hold_id, occurred_at, system, event_id);
