-- Who, what and when are asked of the audit log; kinds of subjects and actions are beginnings of them.
DROP INDEX "audit_entries_subject_idx";
CREATE INDEX "audit_entries_subject_idx" ON "audit_entries"("subject" text_pattern_ops);
CREATE INDEX "audit_entries_action_idx" ON "audit_entries"("action" text_pattern_ops);
CREATE INDEX "audit_entries_actor_sequence_idx" ON "audit_entries"("actor", "sequence");
CREATE INDEX "audit_entries_at_idx" ON "audit_entries"("at");
