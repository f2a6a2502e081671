-- Which lookups a source called confidential, and what lifted it: rare, and learnt also of events stored
-- long ago, so beside the events rather than in them. Its rows name no person and no official.
CREATE TABLE IF NOT EXISTS confidential_marks (
  system LowCardinality(String),
  event_id String CODEC(ZSTD(1)),
  is_lifted Bool,
  processing String CODEC(ZSTD(1)),
  occurred_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  first_taken_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
  last_taken_at SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
) ENGINE = AggregatingMergeTree
ORDER BY (system, event_id, is_lifted, processing, occurred_at);
