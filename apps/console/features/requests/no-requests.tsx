import Link from 'next/link'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { paths } from '#paths'
import { Button } from '#ui/button.tsx'
import { buttonClass } from '#ui/button-class.ts'
import { EmptyState } from '#ui/empty-state.tsx'

/** Why no request is shown, and the way on. */
export function NoRequests({
  isFiltered,
  isShortTime,
  onWiden,
  onAll,
}: {
  readonly isFiltered: boolean
  /** Less is looked at than is kept. */
  readonly isShortTime: boolean
  readonly onWiden: () => void
  readonly onAll: () => void
}) {
  const scoped = useScopedPath()
  return (
    <EmptyState
      title={isFiltered ? 'No such request was recorded.' : 'No request was recorded in this time.'}
      checks={[
        { isOk: true, text: 'of the last hour, errors and denials are kept, and a tenth of the other requests' },
        ...(isFiltered ? [] : [{ isOk: false, text: 'nobody called it, or its sidecars do not report' }]),
      ]}
    >
      <div className="flex flex-wrap gap-2">
        {isShortTime ? <Button onClick={onWiden}>Look at the whole hour</Button> : null}
        {isFiltered ? (
          <Button onClick={onAll}>Show all requests</Button>
        ) : (
          <Link className={buttonClass()} href={scoped(paths.proxies())}>
            Look at its proxies
          </Link>
        )}
      </div>
    </EmptyState>
  )
}
