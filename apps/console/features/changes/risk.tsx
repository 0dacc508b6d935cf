import type { ChangeDetail, ChangeSummary } from '@heddle/shared/api/changes'
import { Chip } from '#ui/chip.tsx'
import { formatCount } from '#ui/format-number.ts'
import type { Tone } from '#ui/tone.ts'

const tones: Record<ChangeSummary['risk'], Tone> = { low: 'plain', medium: 'info', high: 'warn' }

/** How much could go wrong, as the control plane computed it. */
export function RiskChip({ risk }: Pick<ChangeSummary, 'risk'>) {
  return <Chip tone={tones[risk]}>{risk} risk</Chip>
}

/** Why, for who is to approve it. */
export function RiskReasons({ change: { summary, riskReasons } }: { readonly change: ChangeDetail }) {
  if (riskReasons.length === 0) return null
  return (
    <section aria-label="Why this risk">
      <p>
        Of {summary.risk} risk, so it needs {formatCount(summary.approvalsNeeded, 'approval')}:
      </p>
      <ul className="list-disc ps-5">
        {riskReasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </section>
  )
}
