# One image for every part of Heddle; the command says which. Built by docker compose.
FROM node:24-bookworm-slim AS build
WORKDIR /heddle
COPY package.json package-lock.json turbo.json tsconfig.base.json tsconfig.json prisma.config.ts ./
COPY apps ./apps
COPY packages ./packages
COPY demo ./demo
COPY prisma ./prisma
COPY tools ./tools
RUN npm ci --no-audit --no-fund && npx turbo run generate build && npm prune --omit=dev

FROM node:24-bookworm-slim
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1
WORKDIR /heddle
COPY --from=build /heddle ./
USER node
