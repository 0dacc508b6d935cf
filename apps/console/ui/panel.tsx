import { useId } from 'react'

/** A titled part of a page. While it refreshes over data it shows a thin line, never a spinner over the data. */
export function Panel({
  title,
  aside,
  isRefreshing = false,
  children,
}: {
  readonly title: string
  readonly aside?: React.ReactNode
  readonly isRefreshing?: boolean
  readonly children: React.ReactNode
}) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="relative overflow-clip rounded-card border border-line bg-surface">
      {isRefreshing ? (
        <div aria-hidden className="absolute inset-x-0 top-0 h-0.5 overflow-hidden">
          <div className="progress-line h-full w-1/4 bg-accent" />
        </div>
      ) : null}
      <header className="flex flex-wrap items-center justify-between gap-2 border-line border-b px-4 py-2">
        <h2 id={id} className="font-semibold text-form">
          {title}
        </h2>
        {aside}
      </header>
      <div className="px-4 py-3">{children}</div>
    </section>
  )
}
