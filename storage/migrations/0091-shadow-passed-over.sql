-- Whether settings in the shadow had a signal for an alert but no place within their budget. Their result stays
-- readable after they have ended, and so must the reason why an alert is missing.
ALTER TABLE shadow_alerts ADD COLUMN IF NOT EXISTS is_passed_over Bool DEFAULT false;
