'use client'
import { useEffect, useRef } from 'react'
import { paths } from '#paths'
import { Button } from '#ui/button.tsx'
import { buttonClass } from '#ui/button-class.ts'

/** In the place of a page that a fault of ours ended: what is not lost, how to go on, and what to send to us. */
export function PageBroke({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null)
  // What had the focus is gone.
  useEffect(() => heading.current?.focus(), [])
  return (
    <div className="flex max-w-2xl flex-col gap-4">
      <h1 ref={heading} tabIndex={-1} className="font-semibold text-page">
        This page broke
      </h1>
      <p role="alert">
        That is a fault of the console. The mesh and its traffic are untouched, and a policy that you were writing is
        kept in this browser.
      </p>
      <div className="flex flex-wrap gap-2">
        <Button look="primary" onClick={onRetry}>
          Try again
        </Button>
        {/* Loaded anew: what broke the page may be what the browser holds. */}
        <a className={buttonClass()} href={paths.graph()}>
          Go to the graph
        </a>
      </div>
      <p className="break-all font-mono text-dense text-muted">{String(error)}</p>
    </div>
  )
}
