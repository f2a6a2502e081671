-- What has to be read before a line, such as the header of its table: without it a row cannot be read again.
ALTER TABLE dead_letters ADD COLUMN IF NOT EXISTS sealed_before String DEFAULT '';
