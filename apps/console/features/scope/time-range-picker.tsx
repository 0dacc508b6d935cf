'use client'
import { inputClass } from '#ui/input-class.ts'
import { useScope } from './use-scope.ts'

const presets = [
  ['now-5m', 'Last 5 min'],
  ['now-15m', 'Last 15 min'],
  ['now-1h', 'Last 1 h'],
  ['now-6h', 'Last 6 h'],
  ['now-24h', 'Last 24 h'],
  ['now-7d', 'Last 7 d'],
] as const

/** The one time range of every page. A range that a chart or a link has set is kept as its own entry. */
export function TimeRangePicker() {
  const { from, to, setScope } = useScope()
  const isPreset = to === 'now' && presets.some(([preset]) => preset === from)
  return (
    <select
      aria-label="Time range"
      className={`${inputClass} w-auto! max-w-64`}
      value={isPreset ? from : 'custom'}
      onChange={(event) => {
        if (event.target.value !== 'custom') setScope({ from: event.target.value, to: 'now' })
      }}
    >
      {presets.map(([preset, label]) => (
        <option key={preset} value={preset}>
          {label}
        </option>
      ))}
      {isPreset ? null : <option value="custom">{`${inWords(from)} to ${inWords(to)}`}</option>}
    </select>
  )
}

function inWords(instant: string): string {
  if (instant.startsWith('now')) return instant
  const time = new Date(/^\d+$/.test(instant) ? Number(instant) : instant)
  return Number.isNaN(time.getTime()) ? instant : time.toLocaleString()
}
