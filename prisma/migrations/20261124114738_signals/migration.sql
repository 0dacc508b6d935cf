-- CreateTable
CREATE TABLE "signal_minutes" (
    "minute" TIMESTAMPTZ(3) NOT NULL,
    "replica" TEXT NOT NULL,
    "reporter" TEXT NOT NULL,
    "source_namespace" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "destination_namespace" TEXT NOT NULL,
    "destination" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "protocol" TEXT NOT NULL,
    "requests" INTEGER NOT NULL,
    "errors" INTEGER NOT NULL,
    "denied" INTEGER NOT NULL,
    "injected" INTEGER NOT NULL,
    "durations" INTEGER[],
    "duration_sum_ms" DOUBLE PRECISION NOT NULL,
    "flags" JSONB NOT NULL,
    "revisions" INTEGER[],

    CONSTRAINT "signal_minutes_pkey" PRIMARY KEY ("minute","replica","reporter","source_namespace","source","destination_namespace","destination","version","protocol")
);

-- CreateTable
CREATE TABLE "layouts" (
    "scope" TEXT NOT NULL,
    "positions" JSONB NOT NULL,
    "updated_by" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "layouts_pkey" PRIMARY KEY ("scope")
);

-- CreateIndex
CREATE INDEX "signal_minutes_destination_namespace_destination_minute_idx" ON "signal_minutes"("destination_namespace", "destination", "minute");
