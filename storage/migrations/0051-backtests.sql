-- What detection would have raised with other settings, as it was reckoned then: a result is kept with the
-- version of the settings behind it, because a setting is changed on the strength of it.
CREATE TABLE IF NOT EXISTS backtests (
  tenant LowCardinality(String),
  backtest_id String,
  requested_at DateTime64(3, 'UTC'),
  -- The shape of `StoredBacktest`, as JSON: tokens only.
  backtest String CODEC(ZSTD(3)),
  version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, backtest_id);

-- Alerts of a setting that runs beside the one in force; never part of the list that people work from.
CREATE TABLE IF NOT EXISTS shadow_alerts (
  tenant LowCardinality(String),
  shadow_id String,
  alert_id String,
  alert String CODEC(ZSTD(3)),
  is_withdrawn Bool,
  version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, shadow_id, alert_id);
