// `npm run bench`: our proxy, the peers that are installed, and a direct connection, over the same work in one run.
// Prints CPU per request, requests per second, latency and memory with ratios. `--help` lists the options.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { readArguments } from '../tools/read-arguments.ts'
import { measureScenario } from './measure-scenario.ts'
import { renderTable } from './render-table.ts'
import { scenarios } from './scenarios/scenarios.ts'

const { values } = readArguments({
  options: {
    scenario: { type: 'string', multiple: true, default: [] },
    all: { type: 'boolean', default: false },
    requests: { type: 'string' },
    connections: { type: 'string' },
    body: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(`npm run bench -- [options]
  --scenario NAME   which work; may be repeated (http1 and http1-64k):
${scenarios.map(({ name, title }) => `                      ${name.padEnd(20)} ${title}`).join('\n')}
  --all             every one of them
  --requests N      per round and peer
  --connections N   keep-alive connections
  --body BYTES      of the answers
  --rounds N        the median is shown (3)
  --only NAME       direct, Heddle, HAProxy, nginx, Envoy; may be repeated`)
  process.exit(0)
}

const unknown = values.scenario.find((name) => !scenarios.some((each) => each.name === name))
if (unknown !== undefined) {
  console.error(`there is no scenario "${unknown}"; --help lists them`)
  process.exit(2)
}
const names = values.scenario.length > 0 ? values.scenario : ['http1', 'http1-64k']
const chosen = values.all ? scenarios : scenarios.filter(({ name }) => names.includes(name))
const isWanted = (name: string) =>
  values.only.length === 0 || values.only.some((each) => each.toLowerCase() === name.toLowerCase())
const folder = mkdtempSync(path.join(tmpdir(), 'heddle-bench-'))
try {
  for (const each of chosen) {
    const scenario = {
      ...each,
      requests: Number(values.requests ?? each.requests),
      connections: Number(values.connections ?? each.connections),
      bodyBytes: Number(values.body ?? each.bodyBytes),
    }
    const rounds = Number(values.rounds)
    console.log(`${renderTable(await measureScenario(scenario, { folder, rounds, isWanted }), scenario, rounds)}\n`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
