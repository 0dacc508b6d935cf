import type { RolloutPlan } from '@heddle/shared/api/rollouts'
import { Panel } from '#ui/panel.tsx'

/** How a change will reach the proxies once it is approved. */
export function PlanPanel({ plan }: { readonly plan: RolloutPlan }) {
  const { gate, stages, autoRollback } = plan
  return (
    <Panel title="Rollout plan">
      <ol className="flex flex-wrap gap-x-6 gap-y-1">
        {stages.map(({ name, target, soakSeconds }, index) => (
          <li key={name}>
            {index + 1}. <span className="font-medium">{name}</span>:{' '}
            {target.kind === 'percent' ? `${target.percent} % of each service` : `${target.proxies} per service`}
            {soakSeconds > 0 ? `, watched for ${soakSeconds} s` : ''}
          </li>
        ))}
      </ol>
      <p className="mt-2 text-muted">
        A stage passes after at least {gate.requestsMin} requests, when its error share is not more than{' '}
        {gate.errorShareIncreaseMaxPoints} points above that of the other proxies.{' '}
        {autoRollback ? 'A refusal or a failed stage rolls back by itself.' : 'A refusal or a failed stage pauses it.'}
      </p>
    </Panel>
  )
}
