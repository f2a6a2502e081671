-- What each process saw of its sources, hour by hour of event time: on this the logs themselves are judged,
-- by whoever does, also after a restart. A writer replaces its own row; rows of several writers add up.
CREATE TABLE IF NOT EXISTS source_hours (
  system LowCardinality(String),
  instance LowCardinality(String),
  hour UInt32,
  writer String,
  events UInt64,
  dead_letters UInt64,
  duplicates UInt64,
  first_at DateTime64(3, 'UTC'),
  last_at DateTime64(3, 'UTC'),
  numbered UInt64,
  lag Nullable(Int64),
  ahead Int64,
  version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (system, instance, hour, writer);

-- Of an installation that ran before: what is usual was learned from these.
INSERT INTO source_hours
SELECT system, instance, toUInt32(intDiv(toUnixTimestamp64Milli(occurred_at), 3600000)) AS hour, 'before',
  count(), 0, 0, min(occurred_at), max(occurred_at), count(sequence), NULL, 0,
  toUInt64(toUnixTimestamp64Milli(now64(3)))
FROM events WHERE occurred_at > now() - INTERVAL 13 WEEK
GROUP BY system, instance, hour;
