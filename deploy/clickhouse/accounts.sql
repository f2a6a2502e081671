-- What each account may do, and no more. Run by an administrator after `inzagewacht migrate`; a second run
-- changes nothing. On a cluster, add ON CLUSTER and grant the `_local` tables as well.

-- ingest: enters events into the transparency log and keeps their lines, sealed. Reads ids alone, to know
-- which it has had before.
CREATE ROLE IF NOT EXISTS inzagewacht_ingest_role;
GRANT SELECT(system, event_id, occurred_at) ON inzagewacht.events TO inzagewacht_ingest_role;
GRANT SELECT, INSERT ON inzagewacht.log_entries TO inzagewacht_ingest_role;
GRANT INSERT ON inzagewacht.log_batches TO inzagewacht_ingest_role;
GRANT SELECT ON inzagewacht.log_checkpoints TO inzagewacht_ingest_role;
GRANT INSERT ON inzagewacht.raw_lines TO inzagewacht_ingest_role;
GRANT INSERT ON inzagewacht.source_hours TO inzagewacht_ingest_role;

-- detect: takes events in, keeps judgements, snapshots and alerts. Sees tokens, never an identity.
CREATE ROLE IF NOT EXISTS inzagewacht_detect_role;
GRANT SELECT, INSERT ON inzagewacht.events TO inzagewacht_detect_role;
GRANT SELECT, INSERT ON inzagewacht.confidential_marks TO inzagewacht_detect_role;
GRANT SELECT, INSERT ON inzagewacht.judgements TO inzagewacht_detect_role;
GRANT SELECT, INSERT ON inzagewacht.lane_progress TO inzagewacht_detect_role;
GRANT SELECT, INSERT ON inzagewacht.lane_days TO inzagewacht_detect_role;
GRANT SELECT, INSERT ON inzagewacht.signals TO inzagewacht_detect_role;
GRANT SELECT, INSERT, ALTER DELETE ON inzagewacht.snapshots TO inzagewacht_detect_role;
GRANT SELECT, INSERT, ALTER DELETE ON inzagewacht.snapshot_chunks TO inzagewacht_detect_role;
GRANT SELECT, INSERT, ALTER DELETE ON inzagewacht.alerts TO inzagewacht_detect_role;
GRANT SELECT, INSERT ON inzagewacht.alert_history TO inzagewacht_detect_role;
GRANT SELECT, INSERT ON inzagewacht.dead_letters TO inzagewacht_detect_role;
GRANT SELECT, INSERT ON inzagewacht.judging_runs TO inzagewacht_detect_role;
GRANT SELECT, INSERT ON inzagewacht.unjudged_events TO inzagewacht_detect_role;
GRANT SELECT ON inzagewacht.reference_versions TO inzagewacht_detect_role;
GRANT SELECT ON inzagewacht.reference_parts TO inzagewacht_detect_role;
GRANT SELECT ON inzagewacht.source_hours TO inzagewacht_detect_role;
-- Alerts that retention took away are not raised again.
GRANT SELECT ON inzagewacht.erased_alerts TO inzagewacht_detect_role;
-- An alert that somebody acted on stays, whatever the rest of its day says.
GRANT SELECT(chain, entry) ON inzagewacht.review_events TO inzagewacht_detect_role;
-- Written by views over `events`, under the account that inserts.
GRANT SELECT, INSERT ON inzagewacht.lookups_by_subject TO inzagewacht_detect_role;
GRANT SELECT, INSERT ON inzagewacht.lookups_by_object TO inzagewacht_detect_role;
GRANT SELECT, INSERT ON inzagewacht.persons_per_quarter TO inzagewacht_detect_role;

-- reference: loads reference files, in tokens.
CREATE ROLE IF NOT EXISTS inzagewacht_reference_role;
GRANT SELECT, INSERT ON inzagewacht.reference_versions TO inzagewacht_reference_role;
GRANT SELECT, INSERT ON inzagewacht.reference_parts TO inzagewacht_reference_role;

-- review: reads everything in tokens, appends to its own histories. It may not change or delete a row.
CREATE ROLE IF NOT EXISTS inzagewacht_review_role;
GRANT SELECT ON inzagewacht.* TO inzagewacht_review_role;
GRANT INSERT ON inzagewacht.review_events TO inzagewacht_review_role;
GRANT INSERT ON inzagewacht.review_log TO inzagewacht_review_role;
GRANT INSERT ON inzagewacht.review_sessions TO inzagewacht_review_role;
GRANT INSERT ON inzagewacht.backtests TO inzagewacht_review_role;
GRANT INSERT ON inzagewacht.shadow_alerts TO inzagewacht_review_role;

-- What it makes for a case goes into the log and stays: packages, holds, kept lines.
GRANT INSERT ON inzagewacht.log_records TO inzagewacht_review_role;
GRANT INSERT ON inzagewacht.log_entries TO inzagewacht_review_role;
GRANT INSERT ON inzagewacht.log_batches TO inzagewacht_review_role;
GRANT INSERT ON inzagewacht.log_checkpoints TO inzagewacht_review_role;
GRANT INSERT ON inzagewacht.raw_lines TO inzagewacht_review_role;
GRANT INSERT ON inzagewacht.holds TO inzagewacht_review_role;
GRANT INSERT ON inzagewacht.held_rows TO inzagewacht_review_role;

-- retention: erases what is past its period, by a timer of its own; the service itself may not.
CREATE ROLE IF NOT EXISTS inzagewacht_retention_role;
GRANT SELECT, ALTER DELETE ON inzagewacht.* TO inzagewacht_retention_role;
GRANT INSERT ON inzagewacht.retention_runs TO inzagewacht_retention_role;
GRANT INSERT ON inzagewacht.erased_alerts TO inzagewacht_retention_role;
GRANT INSERT ON inzagewacht.log_records TO inzagewacht_retention_role;
GRANT INSERT ON inzagewacht.log_entries TO inzagewacht_retention_role;
GRANT INSERT ON inzagewacht.log_batches TO inzagewacht_retention_role;
GRANT INSERT ON inzagewacht.log_checkpoints TO inzagewacht_retention_role;

-- boards: columns without a token, for Grafana. Counts of persons and officials are not for a wall.
CREATE ROLE IF NOT EXISTS inzagewacht_boards_role;
GRANT SELECT(occurred_at, system, action, outcome, is_emergency) ON inzagewacht.events TO inzagewacht_boards_role;
GRANT SELECT(alert_id, opened_at, typology, severity, version) ON inzagewacht.alerts TO inzagewacht_boards_role;
GRANT SELECT(dead_letter_id, reason) ON inzagewacht.dead_letters TO inzagewacht_boards_role;

-- Bounds, so that a slow question cannot take the store from detection.
CREATE SETTINGS PROFILE IF NOT EXISTS inzagewacht_ingest SETTINGS max_execution_time = 120;
CREATE SETTINGS PROFILE IF NOT EXISTS inzagewacht_detect SETTINGS max_execution_time = 120;
CREATE SETTINGS PROFILE IF NOT EXISTS inzagewacht_reference SETTINGS max_execution_time = 120;
CREATE SETTINGS PROFILE IF NOT EXISTS inzagewacht_review SETTINGS max_execution_time = 30, max_memory_usage = 4000000000;
CREATE SETTINGS PROFILE IF NOT EXISTS inzagewacht_boards SETTINGS max_execution_time = 10, max_rows_to_read = 2000000000, readonly = 2;

-- Row policies. Once a table has one, an account that no policy names sees nothing of it: hence the second.
CREATE ROW POLICY IF NOT EXISTS inzagewacht_recent ON inzagewacht.alerts FOR SELECT USING opened_at > now() - INTERVAL 400 DAY TO inzagewacht_boards_role;
CREATE ROW POLICY IF NOT EXISTS inzagewacht_all ON inzagewacht.alerts FOR SELECT USING 1 TO ALL EXCEPT inzagewacht_boards_role;
