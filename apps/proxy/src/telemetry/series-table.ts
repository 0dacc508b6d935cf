import { labelText } from './label-text.ts'

/** What every series has. */
export type LabelledSeries = {
  readonly labels: Readonly<Record<string, string>>
  /** Made once: `{a="b",…}` as Prometheus text has it. */
  readonly labelText: string
}

const overflowKey = 'overflow'

/** Series by key. Beyond the limit all others are counted in one: labels must not fill memory. */
export class SeriesTable<Series extends LabelledSeries> {
  private readonly series = new Map<string, Series>()
  private readonly seriesMax: number
  private readonly make: (labels: LabelledSeries) => Series

  constructor(seriesMax: number, make: (labels: LabelledSeries) => Series) {
    this.seriesMax = seriesMax
    this.make = make
  }

  all(): IterableIterator<Series> {
    return this.series.values()
  }

  /** `labelsOf` is asked for a series that is new. */
  get(key: string, labelsOf: () => Readonly<Record<string, string>>): Series {
    const known = this.series.get(key)
    if (known !== undefined) return known
    const isOverflow = this.series.size >= this.seriesMax
    const overflow = this.series.get(overflowKey)
    if (isOverflow && overflow !== undefined) return overflow
    const labels = isOverflow ? { reporter: overflowKey } : labelsOf()
    const made = this.make({ labels, labelText: labelText(labels) })
    this.series.set(isOverflow ? overflowKey : key, made)
    return made
  }

  forgetWhere(isSpent: (series: Series) => boolean): void {
    for (const [key, series] of this.series) if (isSpent(series)) this.series.delete(key)
  }
}
