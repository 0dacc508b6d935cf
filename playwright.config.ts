import path from 'node:path'
import { defineConfig, devices } from '@playwright/test'
import { findChromium } from './tools/find-chromium.mjs'

// The real system on ports and data of its own, so that it can run beside a demo that is up.
const data = path.resolve('.data/e2e')
const ports = { console: 23_000, control: 24_000, xds: 25_010, shop: 26_000 }
process.env.HEDDLE_E2E_DATA = data
process.env.HEDDLE_E2E_CONTROL = `http://127.0.0.1:${ports.control}`
const executablePath = findChromium()
const isRoot = process.getuid?.() === 0
const chrome = { ...devices['Desktop Chrome'], viewport: { width: 1440, height: 900 } }

export default defineConfig({
  testDir: 'e2e',
  workers: 2,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  retries: 0,
  reporter: [['list'], ['json', { outputFile: 'test-results/browser.json' }]],
  use: {
    baseURL: `http://localhost:${ports.console}`,
    actionTimeout: 15_000,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: [...(isRoot ? ['--no-sandbox'] : []), '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    },
  },
  projects: [
    // Read only, so that it can go on beside the others.
    {
      name: 'look',
      testMatch: /(addresses|budgets|editor|forged-headers|pages|viewer-and-empty|wrong-input)\.test\.ts/,
      workers: 1,
      use: chrome,
    },
    // One mesh carries all tests, and a rollout is the mesh's: one at a time.
    {
      name: 'change',
      testMatch: /(editing|fault-injection|keyboard|moved-base|phone|proxies|tokens)\.test\.ts/,
      workers: 1,
      use: chrome,
    },
    // Takes away what the others stand on, or puts much beside it, so it waits for them.
    {
      name: 'disturb',
      testMatch: /(large-graph|resilience|stale)\.test\.ts/,
      workers: 1,
      use: chrome,
      dependencies: ['look', 'change'],
    },
  ],
  webServer: {
    command: `${process.execPath} tools/start.ts`,
    wait: { stdout: /Stop\s+Ctrl-C/ },
    timeout: 120_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 15_000 },
    stdout: 'pipe',
    env: {
      HEDDLE_DATA: data,
      HEDDLE_CONSOLE_PORT: String(ports.console),
      HEDDLE_CONTROL_PORT: String(ports.control),
      HEDDLE_XDS_PORT: String(ports.xds),
      HEDDLE_SHOP_PORT: String(ports.shop),
      HEDDLE_SHOP_NET: '127.78',
      // Enough requests in a few seconds for every judgement to have its sample.
      HEDDLE_SHOP_RATE: '25',
      HEDDLE_ROLLOUT_SOAK_SECONDS: '3',
    },
  },
})
