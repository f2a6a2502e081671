-- Who judged what: each run of detection, the batches it took, and under which detectors, settings and
-- reference data. What a run could not judge of the events it took stands beside it, event by event.
CREATE TABLE IF NOT EXISTS judging_runs (
  run_id String,
  started_at DateTime64(3, 'UTC'),
  ended_at DateTime64(3, 'UTC'),
  after_batch Int64,
  up_to_batch Int64,
  detectors String,
  refused String,
  missing_data Array(LowCardinality(String)),
  config String,
  reference String,
  version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY run_id;

CREATE TABLE IF NOT EXISTS unjudged_events (
  system LowCardinality(String),
  event_id String CODEC(ZSTD(1)),
  run_id String,
  occurred_at DateTime64(3, 'UTC'),
  reason LowCardinality(String)
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (system, event_id, run_id);
