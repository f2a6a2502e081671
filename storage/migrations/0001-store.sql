CREATE TABLE IF NOT EXISTS events (
  event_id String,
  request_id String,
  occurred_at DateTime64(3, 'UTC'),
  system LowCardinality(String),
  instance LowCardinality(String),
  sequence Nullable(UInt64),
  actor String,
  actor_kind LowCardinality(String),
  unit LowCardinality(String),
  action LowCardinality(String),
  outcome LowCardinality(String),
  subject String,
  subject_municipality LowCardinality(String),
  object_kind LowCardinality(String),
  object String,
  query_key LowCardinality(String),
  result_count Nullable(UInt32),
  fields Array(LowCardinality(String)),
  case_ref String,
  is_emergency Bool,
  host String,
  session String,
  is_date_only Bool,
  line_sha256 FixedString(32)
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (actor, occurred_at, system, event_id);

CREATE TABLE IF NOT EXISTS dead_letters (
  dead_letter_id String,
  source String,
  line_number UInt64,
  reason LowCardinality(String),
  field String,
  size_bytes UInt64,
  sealed String
) ENGINE = ReplacingMergeTree
ORDER BY dead_letter_id;

CREATE TABLE IF NOT EXISTS alerts (
  alert_id String,
  opened_at DateTime64(3, 'UTC'),
  score Float64,
  typology LowCardinality(String),
  severity LowCardinality(String),
  rank UInt32,
  alert String,
  version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY alert_id;

CREATE TABLE IF NOT EXISTS reference_versions (
  version String,
  imported_at DateTime64(3, 'UTC'),
  rows String
) ENGINE = ReplacingMergeTree
ORDER BY version;
