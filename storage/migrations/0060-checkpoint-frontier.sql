ALTER TABLE log_checkpoints ADD COLUMN IF NOT EXISTS frontier String DEFAULT '';
