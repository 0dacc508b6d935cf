-- Who, what and when are asked of the audit log; kinds of subjects and actions are beginnings of them, which an index
-- finds where texts are ordered by their bytes.
ALTER TABLE "audit_entries" ALTER COLUMN "subject" TYPE TEXT COLLATE "C", ALTER COLUMN "action" TYPE TEXT COLLATE "C";
CREATE INDEX "audit_entries_action_idx" ON "audit_entries"("action");
CREATE INDEX "audit_entries_actor_sequence_idx" ON "audit_entries"("actor", "sequence");
CREATE INDEX "audit_entries_at_idx" ON "audit_entries"("at");
