/** The one `h1` of a page, what stands beside it, and what can be done. */
export function PageHeading({
  title,
  aside,
  actions,
}: {
  readonly title: React.ReactNode
  readonly aside?: React.ReactNode
  readonly actions?: React.ReactNode
}) {
  return (
    <header className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <h1 className="min-w-0 font-semibold text-page">{title}</h1>
      <div className="flex flex-wrap items-center gap-2">{aside}</div>
      <div className="ms-auto flex flex-wrap items-center gap-2">{actions}</div>
    </header>
  )
}
