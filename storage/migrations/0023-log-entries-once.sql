ALTER TABLE log_entries MODIFY SETTING non_replicated_deduplication_window = 100000;
