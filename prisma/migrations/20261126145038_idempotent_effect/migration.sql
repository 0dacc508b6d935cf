-- AlterTable
ALTER TABLE "idempotent_answers" ADD COLUMN     "effect_at" TIMESTAMPTZ(3);
