-- The second order: "who looked at this person" without reading the whole store. A table of its own
-- rather than a projection, because the first order replaces duplicates and projections do not follow.
CREATE TABLE IF NOT EXISTS lookups_by_subject (
  subject String CODEC(ZSTD(1)),
  occurred_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  actor LowCardinality(String),
  system LowCardinality(String)
) ENGINE = ReplacingMergeTree
PARTITION BY toYear(occurred_at)
ORDER BY (subject, occurred_at, actor, system);

CREATE MATERIALIZED VIEW IF NOT EXISTS lookups_by_subject_writer TO lookups_by_subject AS
SELECT subject, occurred_at, actor, system
FROM events
WHERE subject != '' AND actor != '' AND actor_kind = 'person' AND outcome = 'success';

-- Addresses, plates, parcels and cases: few, so a skip index on the first order would do, but one
-- order for all objects answers in the same time whatever the age of the store.
CREATE TABLE IF NOT EXISTS lookups_by_object (
  object String CODEC(ZSTD(1)),
  occurred_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  actor LowCardinality(String),
  system LowCardinality(String)
) ENGINE = ReplacingMergeTree
PARTITION BY toYear(occurred_at)
ORDER BY (object, occurred_at, actor, system);

CREATE MATERIALIZED VIEW IF NOT EXISTS lookups_by_object_writer TO lookups_by_object AS
SELECT arrayJoin(arrayFilter(o -> o != '', [object, case_ref])) AS object, occurred_at, actor, system
FROM events
WHERE actor != '' AND actor_kind = 'person' AND outcome = 'success';

-- How many distinct persons an official opened in a month: K and M of the common-access query.
CREATE TABLE IF NOT EXISTS persons_per_month (
  month Date,
  actor LowCardinality(String),
  persons AggregateFunction(uniqCombined64(17), String)
) ENGINE = AggregatingMergeTree
ORDER BY (month, actor);

CREATE MATERIALIZED VIEW IF NOT EXISTS persons_per_month_writer TO persons_per_month AS
SELECT toStartOfMonth(occurred_at) AS month, actor, uniqCombined64State(17)(subject) AS persons
FROM events
WHERE subject != '' AND actor != '' AND actor_kind = 'person' AND outcome = 'success'
GROUP BY month, actor;

-- Tokens and hashes are random text: six bits a character is all that there is to win, and ZSTD wins it.
ALTER TABLE events MODIFY COLUMN event_id String CODEC(ZSTD(1));
ALTER TABLE events MODIFY COLUMN request_id String CODEC(ZSTD(1));
ALTER TABLE events MODIFY COLUMN occurred_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1));
ALTER TABLE events MODIFY COLUMN subject String CODEC(ZSTD(1));
ALTER TABLE events MODIFY COLUMN object String CODEC(ZSTD(1));
ALTER TABLE events MODIFY COLUMN case_ref String CODEC(ZSTD(1));
ALTER TABLE events MODIFY COLUMN session String CODEC(ZSTD(1));
ALTER TABLE events MODIFY COLUMN line_sha256 FixedString(32) CODEC(ZSTD(1));
