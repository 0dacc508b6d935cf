-- AlterTable
ALTER TABLE "changes" ADD COLUMN     "risk_reasons" TEXT[] DEFAULT ARRAY[]::TEXT[];
