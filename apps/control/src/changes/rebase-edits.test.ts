import { expect, test } from 'vitest'
import type { ActivePolicy } from '../revisions/apply-edits.ts'
import { readEdits } from '../revisions/read-edits.ts'
import { rebaseEdits } from './rebase-edits.ts'

const fault = (percentage: number, duration: string) => `apiVersion: heddle.dev/v1alpha1
kind: FaultInjection
metadata: { name: one, namespace: shop }
spec:
  targetRef: { group: "", kind: Service, name: payments }
  from: [{ service: checkout }] # nobody else
  abort: { percentage: ${percentage}, httpStatus: 503 }
  duration: ${duration}
`

function policies(yaml: string): ActivePolicy[] {
  return readEdits([{ op: 'put', yaml }]).edits.flatMap((edit) =>
    edit.op === 'put' ? [{ key: edit.key, object: edit.object, yaml: edit.yaml } as ActivePolicy] : [],
  )
}

test('a value that others changed is taken over where it stands, and no other line looks changed', () => {
  const ours = { op: 'put', yaml: fault(60, '11m') } as const

  const { edits, conflicts } = rebaseEdits([ours], policies(fault(60, '10m')), policies(fault(61, '10m')))

  expect([conflicts, edits]).toEqual([[], [{ op: 'put', yaml: fault(61, '11m') }]])
})
