'use client'
import type { ServiceSignals } from '@heddle/shared/api/signals'
import { useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { Answer } from '#control/answer.tsx'
import { serviceSignalsQuery } from '#control/service-detail-queries.ts'
import { useScope } from '#features/scope/use-scope.ts'
import { formatMs, formatNumber, formatShare, noData } from '#ui/format-number.ts'
import { Skeleton } from '#ui/skeleton.tsx'
import { ChangeMarkers } from './change-markers.tsx'

// Drawn on a canvas, which only a browser has.
const SignalChart = dynamic(() => import('./signal-chart.tsx').then((module) => module.SignalChart), {
  ssr: false,
  loading: () => <Skeleton lines={5} label="Loading the chart" />,
})

/** The four golden signals in one order, over one time, with one crosshair. */
export function SignalCharts({ namespace, name }: { readonly namespace: string; readonly name: string }) {
  const { from, to, setScope } = useScope()
  const query = useQuery({
    ...serviceSignalsQuery(namespace, name, { from, to }),
    refetchInterval: to === 'now' ? 5000 : false,
  })
  const onRange = (start: number, end: number) =>
    setScope({ from: new Date(start * 1000).toISOString(), to: new Date(end * 1000).toISOString() })
  return (
    <Answer query={query} label="signals" lines={8}>
      {(signals) => {
        const shared = { at: signals.at, markers: signals.markers, computed: computedOf(signals), onRange }
        const { samples } = signals
        return (
          <div className="grid gap-3 xl:grid-cols-2">
            <SignalChart {...shared} samples={samples} title="Latency" series={signals.latency} format={aboutMs} />
            <SignalChart
              {...shared}
              title="Traffic"
              series={signals.traffic}
              format={(value) => formatNumber(value, 'rps')}
            />
            <SignalChart {...shared} samples={samples} title="Errors" series={signals.errors} format={formatShare} />
            <SignalChart
              {...shared}
              title="Saturation"
              series={signals.saturation}
              format={(value) => formatNumber(value)}
            />
            <ChangeMarkers markers={signals.markers} />
          </div>
        )
      }}
    </Answer>
  )
}

/** Percentiles are read from buckets of durations, so they are near and not exact. */
function aboutMs(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? noData : `≈\u202f${formatMs(ms)}`
}

function computedOf({ stepSeconds, reporter, samples }: ServiceSignals): string {
  const requests = samples.reduce((sum, count) => sum + count, 0)
  const side = reporter === 'destination' ? 'the service’s own proxies' : 'its callers’ proxies'
  return `${requests.toLocaleString('en')} requests in buckets of ${stepSeconds} s, as ${side} saw them. Percentiles are estimates from buckets of durations; a bucket of fewer than 20 requests is hollow, one without any is a gap.`
}
