-- When a judgement was written, by the clock of the store: a look at what is new passes over everything older
-- without reading it. A part from before has no such time and is read, until it is merged with another.
ALTER TABLE judgements ADD COLUMN IF NOT EXISTS said_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') CODEC(Delta, ZSTD(1));
ALTER TABLE judgements ADD INDEX IF NOT EXISTS said_at_range said_at TYPE minmax GRANULARITY 1;
