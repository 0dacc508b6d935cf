import type uPlot from 'uplot'
import type { ChartProps } from './chart-props.ts'

/** Charts with the same key move their crosshair together. */
const syncKey = 'service'

/** How a signal is drawn. Gaps stay gaps; a change of the mesh is a vertical line; dragging marks a span of time. */
export function chartOptions(
  read: () => ChartProps & { readonly onPoint: (index: number | undefined) => void },
  element: HTMLElement,
): uPlot.Options {
  const style = getComputedStyle(element)
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim()
  const { series, format } = read()
  const values = series.flatMap((each) => each.values.filter((value) => value !== null && value > 0)) as number[] // filtered
  const isWide = series[0]?.unit === 'ms' && values.length > 0 && Math.max(...values) / Math.min(...values) > 50
  const axis = {
    stroke: colour('muted'),
    grid: { stroke: colour('line'), width: 1 },
    ticks: { show: false },
    font: '11px sans-serif',
  }
  return {
    width: element.clientWidth,
    height: 160,
    legend: { show: false },
    cursor: { sync: { key: syncKey }, drag: { x: true, y: false, setScale: false } },
    scales: {
      x: { time: true },
      // Where the largest is much larger than the smallest, only a logarithm shows both.
      y: isWide
        ? { distr: 3 }
        : { range: (_plot, _min, max) => [0, Math.max(max * 1.1, series[0]?.unit === 'share' ? 0.02 : 1)] },
    },
    axes: [
      { ...axis, size: 28, values: (_plot, ticks) => ticks.map(clock) },
      { ...axis, size: 60, values: (_plot, ticks) => ticks.map((tick) => (tick === null ? '' : format(tick))) },
    ],
    series: [
      {},
      ...series.map(({ name }, index) => ({
        label: name,
        stroke: colour(`series-${index % 4}`),
        width: 1.5,
        spanGaps: false,
        // A lone bucket makes no line, and few requests make no good estimate: both are drawn as hollow dots.
        points: { show: true, size: 6, width: 1.5, fill: colour('surface'), filter: dotsOf(read) },
      })),
    ],
    hooks: {
      draw: [(plot) => drawMarkers(plot, read(), colour('accent-text'))],
      setCursor: [(plot) => read().onPoint(plot.cursor.idx ?? undefined)],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select
          if (width < 8) return
          read().onRange(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'))
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
        },
      ],
    },
  }
}

const samplesMin = 20

function dotsOf(read: () => ChartProps): uPlot.Series.Points.Filter {
  return (plot, seriesIndex) => {
    const values = plot.data[seriesIndex] ?? []
    const { samples } = read()
    return [...values.keys()].filter((index) => {
      if (values[index] == null) return false
      const isLone = values[index - 1] == null && values[index + 1] == null
      return isLone || (samples !== undefined && (samples[index] ?? samplesMin) < samplesMin)
    })
  }
}

function clock(second: number): string {
  return new Date(second * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
}

function drawMarkers(plot: uPlot, { markers }: ChartProps, colour: string): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.strokeStyle = colour
  ctx.setLineDash([4, 3])
  ctx.fillStyle = colour
  ctx.font = `${11 * devicePixelRatio}px sans-serif`
  for (const { at, revision } of markers) {
    const x = plot.valToPos(Date.parse(at) / 1000, 'x', true)
    if (x < bbox.left || x > bbox.left + bbox.width) continue
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
    // On the left of the newest, or it would stand outside.
    const isRight = x > bbox.left + bbox.width * 0.9
    ctx.textAlign = isRight ? 'right' : 'left'
    ctx.fillText(`r${revision}`, x + (isRight ? -4 : 4), bbox.top + 11 * devicePixelRatio)
  }
  ctx.restore()
}
