import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseAllDocuments } from 'yaml'
import type { MeshClient } from './mesh-client.ts'
import { waitUntil } from './wait-until.ts'

/**
 * Gives an empty mesh the shop's services, then its policies the way every policy comes in: the editor proposes them,
 * the approver approves, they roll out. A mesh that has a revision already is left as it is.
 */
export async function seedMesh(root: string, editor: MeshClient, approver: MeshClient): Promise<boolean> {
  const folder = path.join(root, 'demo/shop/mesh')
  const revisions = (await editor.call('GET', '/revisions?limit=1')) as { items: { number: number }[] }
  for (const service of documents(path.join(folder, 'services.yaml'))) {
    const { metadata } = service.toJS() as { metadata: { namespace: string; name: string } }
    await editor.call('PUT', `/catalog/services/${metadata.namespace}/${metadata.name}`, service.toJS())
  }
  if ((revisions.items[0]?.number ?? 0) > 0) return false

  const change = (await editor.call('POST', '/changes', {
    title: 'The policies that the shop starts with',
    reason:
      'A fifth of the charges goes to payments v2, only checkout may charge, and failing catalog instances are ejected.',
    basedOn: 0,
    edits: documents(path.join(folder, 'policies.yaml')).map((document) => ({
      op: 'put',
      yaml: document.toString(),
    })),
    // Nothing carries traffic yet, so there is nothing to watch between stages.
    plan: {
      stages: [{ name: 'everyone', target: { kind: 'percent', percent: 100 }, soakSeconds: 0 }],
      gate: { requestsMin: 0, errorShareIncreaseMaxPoints: 100, ackTimeoutSeconds: 60 },
      autoRollback: false,
    },
  })) as { summary: { id: string }; contentHash: string }
  const { id } = change.summary
  await approver.call('POST', `/changes/${id}/approve`, { contentHash: change.contentHash })
  await waitUntil(
    'the first rollout',
    async () => {
      const now = (await editor.call('GET', `/changes/${id}`)) as { summary: { state: string } }
      return now.summary.state === 'complete'
    },
    { limitMs: 20_000 },
  )
  return true
}

function documents(file: string) {
  const all = parseAllDocuments(readFileSync(file, 'utf8'))
  return Array.isArray(all) ? all.filter((document) => document.contents !== null) : []
}
