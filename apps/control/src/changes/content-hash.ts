import { createHash } from 'node:crypto'
import type { Edit } from '@heddle/shared/api/changes'
import type { RolloutPlan } from '@heddle/shared/api/rollouts'
import { readEdits } from '../revisions/read-edits.ts'
import { canonicalJson } from '../store/canonical-json.ts'

/** What an approval binds to: these edits, on that base, brought to the proxies in this way. */
export function contentHash(basedOn: number, edits: readonly Edit[], plan: RolloutPlan): string {
  const read = readEdits(edits)
  // A draft may not be readable yet; then it is what is written.
  const content = read.findings.length > 0 ? edits : read.edits.map(contentOf)
  return createHash('sha256').update(canonicalJson({ basedOn, content, plan })).digest('hex')
}

function contentOf(edit: ReturnType<typeof readEdits>['edits'][number]) {
  return edit.op === 'delete' ? { op: 'delete', key: edit.key } : { op: 'put', key: edit.key, object: edit.object }
}
