import type { Series } from '@heddle/shared/api/signals'

const rowsMax = 60

/** The newest numbers of a chart, to be read one by one. */
export function ChartTable({
  title,
  at,
  series,
  format,
}: {
  readonly title: string
  readonly at: readonly number[]
  readonly series: readonly Series[]
  readonly format: (value: number | null | undefined) => string
}) {
  const rows = at
    .map((second, index) => ({ second, index }))
    .slice(-rowsMax)
    .reverse()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a long table must scroll by keyboard
    <section aria-label={`${title}, newest first`} tabIndex={0} className="h-40 overflow-y-auto">
      <table className="w-full text-dense">
        <thead>
          <tr>
            <th scope="col" className="text-start font-normal text-muted">
              Time
            </th>
            {series.map(({ name }) => (
              <th key={name} scope="col" className="text-end font-normal text-muted">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ second, index }) => (
            <tr key={second}>
              <th scope="row" className="text-start font-normal">
                {new Date(second * 1000).toLocaleTimeString()}
              </th>
              {series.map(({ name, values }) => (
                <td key={name} className="text-end">
                  {format(values[index])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
