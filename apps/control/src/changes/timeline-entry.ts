import type { ChangeDetail } from '@heddle/shared/api/changes'

type Entry = {
  readonly at: Date
  readonly actor: string
  readonly action: string
  readonly outcome: string
  readonly detail: unknown
}

/** An audit entry as one line of a change's history. */
export function timelineEntry({ at, actor, action, outcome, detail }: Entry): ChangeDetail['timeline'][number] {
  const { stage, text } = (detail ?? {}) as { readonly stage?: unknown; readonly text?: unknown } // checked below
  const said = words[action] ?? action.replace('.', ' ').replaceAll('-', ' ')
  const isOfStage = typeof stage === 'string' && stage !== '' && !ofWhole.has(action)
  const parts = [
    isOfStage ? `stage ${stage}` : '',
    outcome === 'done' ? said : `${said} (${outcome})`,
    typeof text === 'string' ? text : '',
  ]
  return { at: at.toISOString(), actor, action, text: parts.filter((part) => part !== '').join(': ') }
}

/** What people say, where the action's name is the system's; the other names are words already. */
const words: Readonly<Record<string, string>> = {
  'change.submitted': 'asked for review',
  'change.approved': 'approved it',
  'change.rejected': 'rejected it',
  'change.withdrawn': 'took it back',
  'change.rebased': 'put it on the active revision',
  'rollout.started': 'the rollout began',
  'rollout.stage-pushed': 'its proxies were told',
  'rollout.stage-acked': 'all its proxies acknowledged',
  'rollout.stage-passed': 'passed',
  'rollout.stage-failed': 'failed',
  'rollout.held': 'waits',
  'rollout.complete': 'all proxies run it',
  'rollout.refused-by-proxy': 'a proxy refused it',
  'rollout.ack-timed-out': 'proxies do not answer',
  'rollout.rollback-ordered': 'ordered the content before back',
  'rollout.abort-ordered': 'ordered its end',
  'rollout.restored': 'all proxies run the content before',
  'rollout.rolled-back': 'rolled back',
  'rollout.aborted': 'aborted',
}

/** Steps of the whole rollout, whichever stage it had come to. */
const ofWhole: ReadonlySet<string> = new Set(['rollout.rollback-ordered', 'rollout.abort-ordered', 'rollout.restored'])
