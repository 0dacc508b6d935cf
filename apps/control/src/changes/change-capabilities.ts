import type { Capabilities } from '@heddle/shared/api/capability'
import { hasRole, type Person } from '../access/person.ts'

type ChangeFacts = {
  readonly state: string
  readonly author: string
  readonly authorId: string
  readonly editorIds: readonly string[]
}

type Refusal = Capabilities['cannot'][string]

/** What a person may do with a change, and why not the rest. */
export function changeCapabilities(person: Person, change: ChangeFacts): Capabilities {
  const can: string[] = []
  const cannot: Record<string, Refusal> = {}
  const offer = (action: string, ...refusals: readonly (Refusal | undefined)[]) => {
    const refusal = refusals.find((each) => each !== undefined)
    if (refusal === undefined) can.push(action)
    else cannot[action] = refusal
  }
  const { state, author } = change
  const isOwn = change.authorId === person.id || change.editorIds.includes(person.id)
  const inState = (...states: readonly string[]): Refusal | undefined =>
    states.includes(state) ? undefined : { reason: 'state', message: `the change is ${state.replace('_', ' ')}` }
  const role = (needed: 'editor' | 'approver'): Refusal | undefined =>
    hasRole(person, needed) ? undefined : { reason: 'role', message: `this needs the role ${needed}`, who: [needed] }
  const open = inState('draft', 'in_review')
  const foreign: Refusal = { reason: 'own-change', message: 'who wrote a change cannot approve it', who: ['approver'] }
  offer('approve', inState('in_review'), isOwn ? foreign : undefined, role('approver'))
  offer('reject', inState('in_review'), role('approver'))
  offer('edit', open, role('editor'))
  offer('rebase', open, role('editor'))
  offer(
    'submit',
    inState('draft'),
    isOwn ? undefined : { reason: 'role', message: 'only who wrote a draft can submit it', who: [author] },
  )
  const mayWithdraw = change.authorId === person.id || person.role === 'admin'
  offer(
    'withdraw',
    open,
    mayWithdraw ? undefined : { reason: 'role', message: 'only its author can withdraw it', who: [author, 'admin'] },
  )
  offer('rollback', inState('rolling', 'complete'), role('editor'))
  offer('comment')
  return { can, cannot }
}
