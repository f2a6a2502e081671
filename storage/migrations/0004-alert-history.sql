CREATE TABLE IF NOT EXISTS alert_history (
  alert_id String,
  at DateTime64(3, 'UTC'),
  explanation LowCardinality(String),
  score Float64,
  reference String
) ENGINE = ReplacingMergeTree
ORDER BY (alert_id, at, explanation);
