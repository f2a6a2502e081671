-- The rows of one import of reference data in parts: of a large municipality they fill no single value. The
-- row in `reference_versions` is written last and says how many there are.
ALTER TABLE reference_versions ADD COLUMN IF NOT EXISTS parts UInt32 DEFAULT 0;
CREATE TABLE IF NOT EXISTS reference_parts
(
    version String,
    part UInt32,
    kind LowCardinality(String),
    rows String CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (version, part);
