-- What lanes said, per day and key, at which position of their lane. The row of the highest position
-- counts, so that a lane read again from its snapshot, or by two owners for a moment, changes nothing.
CREATE TABLE IF NOT EXISTS judgements (
  day Int32,
  judged_by LowCardinality(String),
  key String,
  lane LowCardinality(String),
  position UInt64 CODEC(Delta, ZSTD(1)),
  signals String CODEC(ZSTD(1))
) ENGINE = ReplacingMergeTree(position)
PARTITION BY intDiv(day, 30)
ORDER BY (day, judged_by, key);

-- How far each lane has come; written after everything that it made up to there.
CREATE TABLE IF NOT EXISTS lane_progress (
  lane String,
  position UInt64,
  closed_up_to Int32,
  late UInt64,
  duplicates UInt64,
  coverage String
) ENGINE = ReplacingMergeTree(position)
ORDER BY lane;

-- Work of each lane on each closed day: what the budget is measured against.
CREATE TABLE IF NOT EXISTS lane_days (
  day Int32,
  lane LowCardinality(String),
  position UInt64,
  officials UInt32,
  official_days UInt32
) ENGINE = ReplacingMergeTree(position)
ORDER BY (day, lane);
