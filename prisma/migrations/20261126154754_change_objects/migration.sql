-- AlterTable
ALTER TABLE "changes" ADD COLUMN     "objects" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- What was written before: the keys as the audit log has them.
UPDATE "changes" SET "objects" = ARRAY(
  SELECT jsonb_array_elements_text(entry."detail"->'objects') FROM "audit_entries" entry
  WHERE entry."subject" = 'change:' || "changes"."id" AND entry."action" IN ('change.submitted', 'change.drafted')
    AND jsonb_typeof(entry."detail"->'objects') = 'array'
);
