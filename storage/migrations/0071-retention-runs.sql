-- What each run of retention erased and what a hold kept; the same stands in the transparency log.
CREATE TABLE IF NOT EXISTS retention_runs (
  run_id String,
  at DateTime64(3, 'UTC'),
  log_uid String,
  holds UInt32,
  kinds String
) ENGINE = MergeTree
ORDER BY (at, run_id);

-- Of alerts that were erased their number stays: what a month came to must not change afterwards.
CREATE TABLE IF NOT EXISTS erased_alerts (
  alert_id String,
  month LowCardinality(String),
  typology LowCardinality(String),
  state LowCardinality(String)
) ENGINE = ReplacingMergeTree
ORDER BY alert_id;

-- A letter has no time of its own that could be trusted: it is kept from when it was received.
ALTER TABLE dead_letters ADD COLUMN IF NOT EXISTS received_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC');
ALTER TABLE dead_letters MATERIALIZE COLUMN received_at;
