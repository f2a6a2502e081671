-- Chunks of a snapshot in their order, each by the snapshot that wrote it: what has not changed since is not
-- written again. Empty in snapshots from before, which hold all their chunks themselves.
ALTER TABLE snapshots ADD COLUMN IF NOT EXISTS refs Array(Tuple(UInt64, UInt32)) DEFAULT [];
