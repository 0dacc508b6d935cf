'use client'
import { fromLocalTime, toLocalTime } from '#ui/local-time.ts'
import { SelectField } from '#ui/select-field.tsx'
import { TextField } from '#ui/text-field.tsx'

const presets = [
  { value: '', label: 'All time' },
  { value: 'now-1h', label: 'Last 1 h' },
  { value: 'now-24h', label: 'Last 24 h' },
  { value: 'now-7d', label: 'Last 7 d' },
  { value: 'now-30d', label: 'Last 30 d' },
  { value: 'between', label: 'From … to …' },
] as const

/** When it happened: a while until now, or between two times on the reader's clock. */
export function AuditTime({
  since,
  until,
  setSince,
  setUntil,
}: {
  readonly since: string
  readonly until: string
  readonly setSince: (value: string) => void
  readonly setUntil: (value: string) => void
}) {
  const preset = until === '' ? presets.find(({ value }) => value === since) : undefined
  return (
    <>
      <SelectField
        label="When"
        value={preset?.value ?? 'between'}
        options={presets}
        onChange={(value) => {
          setUntil('')
          setSince(value === 'between' ? fromLocalTime(toLocalTime(aDayAgo())) : value)
        }}
      />
      {preset === undefined ? (
        <>
          <TimeField label="From" value={since} onChange={setSince} />
          <TimeField label="To, not included" value={until} onChange={setUntil} />
        </>
      ) : null}
    </>
  )
}

function TimeField({
  label,
  value,
  onChange,
}: {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
}) {
  return (
    <TextField
      label={label}
      type="datetime-local"
      value={toLocalTime(value)}
      // One that is emptied is no bound.
      onChange={(local) => onChange(local === '' ? '' : fromLocalTime(local))}
    />
  )
}

function aDayAgo(): string {
  return new Date(Date.now() - 86_400_000).toISOString()
}
