'use client'
import { useId, useRef } from 'react'
import { Button } from '#ui/button.tsx'
import { SelectField } from '#ui/select-field.tsx'
import { TextField } from '#ui/text-field.tsx'
import { AuditTime } from './audit-time.tsx'
import { kinds, outcomes, type useAuditFilter } from './use-audit-filter.ts'

/** Who, what, about what, how it ended and when. `actions`: what is known of them, to choose from. */
export function AuditFilters({
  asked: { all, filter, set, clear },
  actions,
  actors,
}: {
  readonly asked: ReturnType<typeof useAuditFilter>
  readonly actions: readonly string[]
  readonly actors: readonly string[]
}) {
  const fields = useRef<HTMLElement>(null)
  return (
    <search ref={fields} aria-label="Filter of the audit log" className="flex flex-col items-start gap-3">
      <div className="grid w-full grid-cols-4 gap-3 max-lg:grid-cols-2">
        <AuditTime since={all.since} until={all.until} setSince={set.since} setUntil={set.until} />
        <Chosen label="Actor" hint="whole username" value={all.actor} onChange={set.actor} from={actors} />
        <Chosen label="Action" hint="change, change.approved" value={all.action} onChange={set.action} from={actions} />
        <SelectField label="About" value={all.kind} options={kinds} onChange={set.kind} />
        <SelectField label="Outcome" value={all.outcome} options={outcomes} onChange={set.outcome} />
        <Chosen label="Policy" hint="HTTPRoute/shop/payments" value={all.object} onChange={set.object} from={[]} />
        <Chosen label="Subject" hint="service:shop/payments" value={all.subject} onChange={set.subject} from={[]} />
      </div>
      {Object.keys(filter).length > 0 ? (
        <Button
          size="small"
          onClick={() => {
            clear()
            // The button goes with what it clears, and the focus must not.
            fields.current?.querySelector('select')?.focus()
          }}
        >
          Clear the filter
        </Button>
      ) : null}
    </search>
  )
}

function Chosen({
  label,
  hint,
  value,
  onChange,
  from,
}: {
  readonly label: string
  readonly hint: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly from: readonly string[]
}) {
  const known = useId()
  return (
    <div>
      <TextField label={label} type="search" list={known} placeholder={hint} value={value} onChange={onChange} />
      <datalist id={known}>
        {from.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
    </div>
  )
}
