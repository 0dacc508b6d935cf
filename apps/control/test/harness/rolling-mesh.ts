import type { ProxyDetail, ProxySummary } from '@heddle/shared/api/proxies'
import { eventually } from '@heddle/testkit/eventually'
import { startControlProcess } from './control-process.ts'
import type { SidecarProcess } from './start-sidecar.ts'

/** All at once, whatever becomes of the requests. */
const atOnce: unknown = {
  stages: [{ name: 'everyone', target: { kind: 'percent', percent: 100 }, soakSeconds: 0 }],
  gate: { requestsMin: 0, errorShareIncreaseMaxPoints: 100, ackTimeoutSeconds: 60 },
  autoRollback: false,
}

type Control = Awaited<ReturnType<typeof startControlProcess>>

/** More than any rollout takes, also on a machine that others use. */
const rollMs = 40_000

/** A real control plane whose policies change the way they do for people: proposed, approved, rolled out. */
export class RollingMesh implements AsyncDisposable {
  readonly control: Control
  private readonly parts: AsyncDisposable[] = []
  private constructor(control: Control) {
    this.control = control
  }

  static async start(services: Record<string, Record<string, string>>): Promise<RollingMesh> {
    const control = await startControlProcess()
    for (const [name, selector] of Object.entries(services)) {
      await control.as('editor', 'PUT', `/catalog/services/shop/${name}`, {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace: 'shop' },
        spec: { selector, ports: [{ name: 'http', port: 8080 }] },
      })
    }
    return new RollingMesh(control)
  }

  /** Ends with the mesh. */
  keep<Part extends AsyncDisposable>(part: Part): Part {
    this.parts.push(part)
    return part
  }

  /** Begins a rollout of policies, and says which revision and change it is. */
  async begin(
    yaml: string,
    remove: readonly { kind: string; name: string }[] = [],
    plan: unknown = atOnce,
  ): Promise<string> {
    const { items } = await this.control.as('editor', 'GET', '/revisions?limit=1')
    const put = yaml.split(/^---$/m).filter((text) => text.trim() !== '')
    const change = await this.control.as('editor', 'POST', '/changes', {
      title: 'A change of the test',
      reason: 'a rehearsal',
      basedOn: items[0]?.number ?? 0,
      edits: [
        ...put.map((document) => ({ op: 'put', yaml: document })),
        ...remove.map((each) => ({ op: 'delete', namespace: 'shop', ...each })),
      ],
      plan,
    })
    const { id } = change.summary
    for (const person of ['approver', 'second'] as const) {
      const { summary, contentHash } = await this.control.as('editor', 'GET', `/changes/${id}`)
      if (summary.state !== 'in_review') break
      await this.control.as(person, 'POST', `/changes/${id}/approve`, { contentHash })
    }
    return id
  }

  /** The same, until every proxy has acknowledged it. */
  async roll(yaml: string, remove: readonly { kind: string; name: string }[] = []): Promise<void> {
    const id = await this.begin(yaml, remove)
    const isComplete = async () =>
      (await this.control.as('editor', 'GET', `/changes/${id}`)).summary.state === 'complete'
    await eventually(isComplete, rollMs).catch(async (error: Error) => {
      const { summary, proxies } = await this.rollout(id)
      throw new Error(`${error.message}: ${JSON.stringify({ summary, proxies })}`)
    })
  }

  rollout(changeId: string) {
    return this.control.as('editor', 'GET', `/changes/${changeId}/rollout`)
  }

  async proxies(): Promise<readonly ProxySummary[]> {
    return (await this.control.as('editor', 'GET', '/proxies')).items
  }

  proxy({ id }: SidecarProcess): Promise<ProxyDetail> {
    return this.control.as('editor', 'GET', `/proxies/${encodeURIComponent(id)}`)
  }

  async settled(count: number): Promise<void> {
    await eventually(async () => {
      const all = await this.proxies()
      return all.length === count && all.every(({ state }) => state === 'acked')
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const part of this.parts.reverse()) await part[Symbol.asyncDispose]()
    await this.control[Symbol.asyncDispose]()
  }
}
