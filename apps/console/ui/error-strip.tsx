import { Button } from './button.tsx'

/** What failed, why in words, where to look, and how to go on. Stands in the place of what is missing. */
export function ErrorStrip({
  title,
  detail,
  requestId,
  onRetry,
  children,
}: {
  readonly title: string
  readonly detail?: string | undefined
  readonly requestId?: string | undefined
  readonly onRetry?: (() => void) | undefined
  readonly children?: React.ReactNode
}) {
  return (
    <div
      role="alert"
      className="flex flex-wrap items-baseline gap-x-3 gap-y-1 border-fail border-l-4 bg-surface px-3 py-2"
    >
      <span className="font-medium text-fail">
        <span aria-hidden>✕ </span>
        {title}
      </span>
      {detail ? <span>{detail}</span> : null}
      {children}
      {requestId ? <span className="text-meta text-muted">request {requestId}</span> : null}
      {onRetry ? (
        <Button size="small" onClick={onRetry}>
          Retry
        </Button>
      ) : null}
    </div>
  )
}
