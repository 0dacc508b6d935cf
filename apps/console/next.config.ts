import path from 'node:path'
import type { NextConfig } from 'next'

// Both roots point at the repository root, so that workspace packages resolve and are traced.
const root = path.join(import.meta.dirname, '../..')

const config: NextConfig = {
  outputFileTracingRoot: root,
  turbopack: { root },
  poweredByHeader: false,
  reactStrictMode: true,
  // TypeScript 7 has no JS API for Next to call; `npm run types` checks instead.
  typescript: { ignoreBuildErrors: true },
  allowedDevOrigins: ['127.0.0.1'],
  devIndicators: false,
}
export default config
