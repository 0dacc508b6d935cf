-- CreateTable
CREATE TABLE "rollouts" (
    "id" UUID NOT NULL,
    "change_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 0,
    "previous_revision" INTEGER NOT NULL DEFAULT 0,
    "restoring_revision" INTEGER,
    "state" TEXT NOT NULL,
    "plan" JSONB NOT NULL,
    "progress" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "rollouts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "assignments" (
    "rollout_id" UUID NOT NULL,
    "proxy_id" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "stage_index" INTEGER NOT NULL,
    "is_affected" BOOLEAN NOT NULL,

    CONSTRAINT "assignments_pkey" PRIMARY KEY ("rollout_id","proxy_id")
);

-- CreateTable
CREATE TABLE "leases" (
    "name" TEXT NOT NULL,
    "holder" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL DEFAULT 0,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "leases_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "connected_proxies" (
    "id" TEXT NOT NULL,
    "description" JSONB NOT NULL,
    "agent" TEXT NOT NULL,
    "replica" TEXT NOT NULL,
    "connected_at" TIMESTAMPTZ(3) NOT NULL,
    "disconnected_at" TIMESTAMPTZ(3),
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "target_revision" INTEGER NOT NULL,
    "acked_revision" INTEGER,
    "nack" JSONB,

    CONSTRAINT "connected_proxies_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "rollouts_change_id_key" ON "rollouts"("change_id");

-- CreateIndex
CREATE INDEX "rollouts_state_idx" ON "rollouts"("state");

-- AddForeignKey
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_rollout_id_fkey" FOREIGN KEY ("rollout_id") REFERENCES "rollouts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
