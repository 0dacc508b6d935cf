'use client'
import { usePathname } from 'next/navigation'
import { paths } from '#paths'
import { inputClass } from '#ui/input-class.ts'
import { defaultFrom, defaultTo } from './scope.ts'
import { useScope } from './use-scope.ts'

const presets = [
  ['now-5m', 'Last 5 min'],
  ['now-15m', 'Last 15 min'],
  ['now-1h', 'Last 1 h'],
  ['now-6h', 'Last 6 h'],
  ['now-24h', 'Last 24 h'],
  ['now-7d', 'Last 7 d'],
] as const

/**
 * The one time range of the pages that show time: the charts and requests of a service, the requests of all, and the graph, which is live unless its range
 * is over. Elsewhere it would change nothing, and is not there. A range that a chart or a link has set is its own entry.
 */
export function TimeRangePicker() {
  const { from, to, setScope } = useScope()
  const pathname = usePathname()
  const isGraph = pathname === paths.graph()
  const isInTime = pathname.startsWith(`${paths.services()}/`) || pathname === paths.requests()
  if (!isGraph && !isInTime) return null
  const choices = isGraph ? graphChoices : presets.map(([preset, label]) => ({ from: preset, to: 'now', label }))
  const isLive = isGraph && to === 'now'
  const chosen = isLive ? 0 : choices.findIndex((choice) => choice.from === from && choice.to === to)
  return (
    <select
      aria-label="Time range"
      className={`${inputClass} w-auto! max-w-64`}
      value={chosen}
      onChange={(event) => {
        const choice = choices[Number(event.target.value)]
        if (choice) setScope({ from: choice.from, to: choice.to })
      }}
    >
      {choices.map(({ label }, place) => (
        <option key={label} value={place}>
          {label}
        </option>
      ))}
      {chosen >= 0 ? null : <option value={chosen}>{`${inWords(from)} to ${inWords(to)}`}</option>}
    </select>
  )
}

/** A range that ends now is live in the graph; one that ended a minute ago is an average. */
const graphChoices = [
  { from: defaultFrom, to: defaultTo, label: 'Live' },
  ...presets.map(([preset, label]) => ({ from: preset, to: 'now-1m', label: `Average, ${label.toLowerCase()}` })),
]

function inWords(instant: string): string {
  if (instant.startsWith('now')) return instant
  const time = new Date(/^\d+$/.test(instant) ? Number(instant) : instant)
  return Number.isNaN(time.getTime()) ? instant : time.toLocaleString()
}
