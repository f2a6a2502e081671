-- Officials seen so far, those of open days included: on its first day an installation has a budget too.
ALTER TABLE lane_progress ADD COLUMN IF NOT EXISTS officials UInt32 DEFAULT 0;
