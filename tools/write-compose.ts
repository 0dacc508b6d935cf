// biome-ignore-all lint/suspicious/noTemplateCurlyInString: compose substitutes the variables, not JavaScript
// Writes docker-compose.yml and the sidecars' bootstrap files under deploy/compose from the same description of the shop
// that `npm start` runs. `--check` writes nothing and fails when the files are not what would be written.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'
import { type Instance, instances } from '../demo/shop/src/instances.ts'
import { proxyEnvironment, proxyFlags } from './proxy-flags.ts'
import { sidecarBootstrap } from './sidecar-bootstrap.ts'

const root = path.resolve(import.meta.dirname, '..')
const ports = { console: 3000, app: 9000, outbound: 15_001, admin: 15_000, xds: 15_010, control: 4000 }
const image = { image: 'heddle:local', build: { context: '.' } }

/** In a container every instance has a network of its own, so all can use the same ports. */
const shop: Instance[] = instances('172.30', 0).map((instance) => ({
  ...instance,
  appPort: ports.app,
  outboundPort: ports.outbound,
  adminPort: ports.admin,
}))

const files = new Map<string, string>()
for (const instance of shop) {
  files.set(
    `deploy/compose/${instance.name}.yaml`,
    sidecarBootstrap(instance, {
      xds: { host: 'control', port: ports.xds },
      outboundHost: '127.0.0.1',
      appHost: '127.0.0.1',
    }),
  )
}
files.set(
  'docker-compose.yml',
  `# Written by tools/write-compose.ts; edit that instead.\n${stringify(compose(), { lineWidth: 120, aliasDuplicateObjects: false })}`,
)

const isCheck = process.argv.includes('--check')
for (const [name, text] of files) {
  const file = path.join(root, name)
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue
  if (isCheck) {
    console.error(`${name} is not up to date: run node tools/write-compose.ts`)
    process.exitCode = 1
    continue
  }
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
}

function compose() {
  const web = shop.filter(({ service }) => service === 'web')
  return {
    services: {
      postgres: {
        image: 'postgres:18',
        environment: {
          POSTGRES_USER: 'heddle',
          POSTGRES_DB: 'heddle',
          POSTGRES_PASSWORD: '${HEDDLE_POSTGRES_PASSWORD:-heddle}',
        },
        volumes: ['postgres:/var/lib/postgresql'],
        networks: ['mesh'],
        healthcheck: { test: ['CMD', 'pg_isready', '-U', 'heddle'], interval: '2s', timeout: '2s', retries: 30 },
      },
      // Makes the people of the demo once, with random passwords, and prints them: docker compose logs sign-ins.
      'sign-ins': {
        ...image,
        user: 'root',
        command: ['node', 'tools/sign-ins.ts', '/data'],
        volumes: ['control:/data'],
        networks: ['mesh'],
      },
      seed: {
        ...image,
        user: 'root',
        command: ['node', 'tools/seed-shop.ts', `http://control:${ports.control}`, '/data'],
        volumes: ['control:/data:ro'],
        networks: ['mesh'],
        depends_on: { control: { condition: 'service_healthy' } },
      },
      control: {
        ...image,
        command: ['node', 'apps/control/dist/main.js'],
        environment: {
          DATABASE_URL: 'postgresql://heddle:${HEDDLE_POSTGRES_PASSWORD:-heddle}@postgres:5432/heddle',
          HEDDLE_BIND: '0.0.0.0',
          HEDDLE_DATA: '/data',
          HEDDLE_CONTROL_PORT: ports.control,
          HEDDLE_XDS_PORT: ports.xds,
          HEDDLE_ORIGINS: [
            `http://localhost:\${HEDDLE_CONSOLE_PORT:-${ports.console}}`,
            `http://127.0.0.1:\${HEDDLE_CONSOLE_PORT:-${ports.console}}`,
            `http://127.0.0.1:${ports.control}`,
            `http://control:${ports.control}`,
          ].join(','),
          HEDDLE_CONSOLE_KEY: '${HEDDLE_CONSOLE_KEY:-}',
          HEDDLE_SEED_USERS_FILE: '/data/sign-ins.json',
        },
        // Named volumes belong to root when empty; the data folder holds only what control writes.
        user: 'root',
        volumes: ['control:/data'],
        ports: [`127.0.0.1:\${HEDDLE_CONTROL_PORT:-4000}:${ports.control}`],
        networks: ['mesh'],
        depends_on: {
          postgres: { condition: 'service_healthy' },
          'sign-ins': { condition: 'service_completed_successfully' },
        },
        healthcheck: {
          test: [
            'CMD',
            'node',
            '-e',
            `fetch('http://127.0.0.1:${ports.control}/healthz/ready').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))`,
          ],
          interval: '2s',
          timeout: '3s',
          retries: 30,
        },
      },
      console: {
        ...image,
        working_dir: '/heddle/apps/console',
        command: [
          'node',
          '/heddle/node_modules/next/dist/bin/next',
          'start',
          '-H',
          '0.0.0.0',
          '-p',
          String(ports.console),
        ],
        environment: {
          HEDDLE_CONTROL_URL: `http://control:${ports.control}`,
          HEDDLE_CONSOLE_KEY: '${HEDDLE_CONSOLE_KEY:-}',
          HEDDLE_TRUSTED_HOPS: '${HEDDLE_TRUSTED_HOPS:-0}',
        },
        ports: [`127.0.0.1:\${HEDDLE_CONSOLE_PORT:-${ports.console}}:${ports.console}`],
        networks: ['mesh'],
        depends_on: { control: { condition: 'service_healthy' } },
      },
      ...Object.fromEntries(shop.flatMap(instanceServices)),
      visitors: {
        ...image,
        command: ['node', 'demo/shop/dist/traffic-main.js'],
        environment: { TARGETS: web.map(({ address, servicePort }) => `${address}:${servicePort}`).join(',') },
        networks: ['mesh'],
        depends_on: Object.fromEntries(web.map(({ name }) => [`${name}-sidecar`, { condition: 'service_started' }])),
      },
    },
    networks: { mesh: { ipam: { config: [{ subnet: '172.30.0.0/16' }] } } },
    volumes: { postgres: {}, control: {} },
  }
}

/** The app, and its sidecar in the app's network: loopback is theirs alone. */
function instanceServices(instance: Instance) {
  const { name, service, version, address } = instance
  return [
    [
      name,
      {
        ...image,
        command: ['node', 'demo/shop/dist/service-main.js'],
        environment: { SERVICE: service, VERSION: version, PORT: ports.app, OUTBOUND: `127.0.0.1:${ports.outbound}` },
        networks: { mesh: { ipv4_address: address } },
      },
    ],
    [
      `${name}-sidecar`,
      {
        ...image,
        environment: { ...proxyEnvironment, OTEL_EXPORTER_OTLP_ENDPOINT: `http://control:${ports.xds}` },
        command: [
          'node',
          ...proxyFlags,
          'apps/proxy/bin/heddle-proxy.mjs',
          '-c',
          '/etc/heddle/bootstrap.yaml',
          '--state-dir',
          '/tmp/heddle',
        ],
        network_mode: `service:${name}`,
        volumes: [`./deploy/compose/${name}.yaml:/etc/heddle/bootstrap.yaml:ro`],
        depends_on: { control: { condition: 'service_healthy' } },
      },
    ],
  ] as const
}
