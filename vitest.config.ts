import { defineConfig } from 'vitest/config'

// Workspace packages are read from their sources, so that a test never runs yesterday's build.
const source = { resolve: { conditions: ['source'] }, ssr: { resolve: { conditions: ['source'] } } }

/** Tests that hold a latency to a limit, or start whole systems. */
const timed = ['{apps,packages}/*/test/**/*.timed.test.ts', 'tools/test/**/*.timed.test.ts']

export default defineConfig({
  test: {
    reporters: ['default', './tools/closing-line.ts'],
    projects: [
      {
        ...source,
        test: {
          name: 'unit',
          include: ['{apps,packages,demo,tools,conformance}/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**', '**/test/**', 'apps/console/.next/**'],
          // Only what hangs takes so long: a slow machine needs more than Vitest's five seconds for a property test.
          testTimeout: 60_000,
        },
      },
      {
        ...source,
        // Whole processes on real sockets and a real PostgreSQL. Two at a time: machines are small.
        test: {
          name: 'process',
          include: ['{apps,packages}/*/test/**/*.test.ts', 'tools/test/**/*.test.ts'],
          exclude: timed,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers: 2,
        },
      },
      {
        ...source,
        // What must answer within so many milliseconds has the machine for itself.
        test: { name: 'timed', include: timed, testTimeout: 300_000, hookTimeout: 300_000, maxWorkers: 1 },
      },
    ],
  },
})
