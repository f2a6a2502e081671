CREATE TABLE IF NOT EXISTS raw_lines (
  batch_uid String,
  first_at DateTime64(3, 'UTC'),
  last_at DateTime64(3, 'UTC'),
  line_count UInt32,
  sealed String CODEC(NONE)
) ENGINE = MergeTree
PARTITION BY toYYYYMM(last_at)
ORDER BY batch_uid;
