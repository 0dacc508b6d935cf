import type { ChangeMarker, Series } from '@heddle/shared/api/signals'

export type ChartProps = {
  readonly title: string
  /** Epoch seconds of each bucket's start. */
  readonly at: readonly number[]
  readonly series: readonly Series[]
  readonly markers: readonly ChangeMarker[]
  /** Requests of each bucket, for what is estimated from them; few of them are drawn hollow. */
  readonly samples?: readonly number[]
  readonly format: (value: number | null | undefined) => string
  /** How the numbers came about. */
  readonly computed: string
  /** Somebody marked a span of time, in epoch seconds. */
  readonly onRange: (from: number, to: number) => void
}
