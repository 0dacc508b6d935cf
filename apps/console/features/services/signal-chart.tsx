'use client'
import { useEffect, useRef, useState } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { Button } from '#ui/button.tsx'
import { chartOptions } from './chart-options.ts'
import type { ChartProps } from './chart-props.ts'
import { ChartTable } from './chart-table.tsx'

/** One signal over time. All charts of a page share their crosshair; the same numbers can be had as a table. */
export function SignalChart(props: ChartProps) {
  const { title, at, series, format, computed } = props
  const [isTable, setIsTable] = useState(false)
  const [pointed, setPointed] = useState<number>()
  return (
    <figure className="flex min-w-0 flex-col gap-1 rounded-card border border-line bg-surface p-3">
      <figcaption className="flex items-baseline justify-between gap-2">
        <h3 className="font-medium">{title}</h3>
        <Button
          size="small"
          look="quiet"
          aria-pressed={isTable}
          aria-label={`${title} as a table`}
          onClick={() => setIsTable(!isTable)}
        >
          Table
        </Button>
      </figcaption>
      {isTable ? (
        <ChartTable title={title} at={at} series={series} format={format} />
      ) : (
        <Plot {...props} onPoint={setPointed} />
      )}
      <ul
        aria-label={`${pointed === undefined ? 'Newest' : 'Pointed'} values of ${title}`}
        className="flex flex-wrap gap-x-4 text-dense stale:opacity-70"
      >
        {series.map(({ name, values }, index) => (
          <li key={name}>
            <span aria-hidden style={{ color: `var(--series-${index % 4})` }}>
              ━{' '}
            </span>
            {name} {format(pointed === undefined ? values.findLast((value) => value !== null) : values[pointed])}
          </li>
        ))}
      </ul>
      <details className="text-meta text-muted">
        <summary className="min-h-6 cursor-pointer">
          {pointed === undefined ? 'Newest values' : `At ${new Date((at[pointed] ?? 0) * 1000).toLocaleTimeString()}`} ·
          how computed
        </summary>
        {computed}
      </details>
    </figure>
  )
}

function Plot(props: ChartProps & { readonly onPoint: (index: number | undefined) => void }) {
  const holder = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const latest = useRef(props)
  const names = props.series.map(({ name }) => name).join('\n')
  useEffect(() => {
    latest.current = props
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: other names are other lines, and need another plot
  useEffect(() => {
    const element = holder.current
    if (element === null) return
    const make = () => {
      plot.current?.destroy()
      plot.current = new uPlot(
        chartOptions(() => latest.current, element),
        dataOf(latest.current),
        element,
      )
    }
    make()
    const theme = new MutationObserver(make)
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    const system = window.matchMedia('(prefers-color-scheme: dark)')
    system.addEventListener('change', make)
    const size = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: 160 }))
    size.observe(element)
    return () => {
      theme.disconnect()
      system.removeEventListener('change', make)
      size.disconnect()
      plot.current?.destroy()
      plot.current = undefined
    }
  }, [names])
  useEffect(() => {
    plot.current?.setData(dataOf(props))
  }, [props])
  return <div ref={holder} aria-hidden className="h-40 w-full overflow-hidden" />
}

function dataOf({ at, series }: ChartProps): uPlot.AlignedData {
  return [[...at], ...series.map(({ values }) => [...values])]
}
