import { z } from 'zod'
import { connections, expected } from './scenario-expected.ts'
import { step } from './scenario-step.ts'
import { upstream } from './scenario-upstream.ts'
import { files, json, peerTls, proxyTls } from './scenario-values.ts'

/**
 * One scenario file: a topic and its scenarios, as `conformance/README.md` describes them. Strict: a misspelt key must
 * not become an assertion that is never made.
 */
export const scenarioFile = z.strictObject({
  topic: z.string(),
  scenarios: z.array(z.lazy(() => scenario)).min(1),
})

/** One filter chain among several; what it does not say is as in the listener. */
const chain = z.strictObject({
  /** `filter_chain_match`; without it, the default chain. */
  match: json.optional(),
  tls: proxyTls.optional(),
  routes: z.array(json).optional(),
  tcp: json.optional(),
  hcm: json.optional(),
})

/** How the client connects under that name. */
const client = z.strictObject({
  tls: peerTls.optional(),
  /** Another address than the usual one, or a socket's path. */
  host: z.string().optional(),
  path: z.string().optional(),
})

/** What the listener of a scenario is; what it does not say is in `build-bootstrap.ts`. */
const listener = z.strictObject({
  /** Of one virtual host for every domain. */
  routes: z.array(json).optional(),
  virtual_hosts: z.array(json).optional(),
  /** Merged over the RouteConfiguration. */
  route_config: json.optional(),
  /** HTTP filters in front of the router. */
  filters: z.array(json).optional(),
  /** Merged over the HttpConnectionManager. */
  hcm: json.optional(),
  /** A TcpProxy instead of the HttpConnectionManager. */
  tcp: json.optional(),
  /** TLS in front of it. */
  tls: proxyTls.optional(),
  /** Several chains instead of the one. */
  chains: z.array(chain).optional(),
  /** Another last filter than these two. */
  last: json.optional(),
  /** Network filters in front of the last one. */
  network: z.array(json).optional(),
  /** Merged over the Listener. */
  listener: json.optional(),
  /** The access log's JSON format instead of the usual one; a text is a text format. */
  log: z.union([json, z.string()]).optional(),
})

const scenario = z.strictObject({
  name: z.string(),
  /** Rows of lists elsewhere that this scenario covers. */
  covers: z.array(z.string()).default([]),
  listener: listener.default({}),
  clients: z.record(z.string(), client).default({}),
  /** Merged over the cluster of the upstream with that name, with `tls` as its transport socket; a name without an upstream is a cluster of its own. */
  clusters: z.record(z.string(), z.looseObject({ tls: proxyTls.optional() })).default({}),
  /** Files beside the bootstrap, in `<folder>`; steps replace them. */
  files: files.default({}),
  /** Likewise, as links into a folder that is swapped as a whole. */
  mounted: files.default({}),
  /** Values of the runtime as the bootstrap has them; keys with `<key>` or `<a>` in them are this scenario's alone. */
  runtime: z.record(z.string(), z.unknown()).default({}),
  upstreams: z.record(z.string(), upstream).default({ a: 'ok' }),
  steps: z.array(step).min(1),
  expect: expected,
  /** Where Envoy does something else, and we stay as we are: what it does, why, and where that is written. */
  differs: z
    .strictObject({
      envoy: expected.partial().extend({ connections: connections.optional() }),
      reason: z.string(),
      standard: z.string(),
    })
    .optional(),
  /** Parts of the outcome that are not compared between the two, each with its reason. */
  incomparable: z.record(z.string(), z.string()).default({}),
})

export type ScenarioFile = z.infer<typeof scenarioFile>
export type Scenario = z.infer<typeof scenario> & { readonly topic: string; readonly id: string }
export type ChainSpec = z.infer<typeof chain>
export type ClientSpec = z.infer<typeof client>
