'use client'
import type { NewToken } from '@heddle/shared/api/tokens'
import { useEffect, useRef } from 'react'
import { Button } from '#ui/button.tsx'
import { CodeBlock } from '#ui/code-block.tsx'
import { Panel } from '#ui/panel.tsx'

/** The secret of a token that was just made: shown this once. */
export function NewSecret({ token, onDone }: { readonly token: NewToken; readonly onDone: () => void }) {
  const holder = useRef<HTMLDivElement>(null)
  // The form that had the focus is gone.
  useEffect(() => holder.current?.querySelector('button')?.focus(), [])
  return (
    <Panel title={`Token ${token.name} is made`}>
      <div ref={holder} className="flex max-w-4xl flex-col gap-3">
        <p role="status">
          <span className="font-medium text-warn-text">Copy its secret now: it is not shown again.</span> Whoever has it
          acts as {token.role} in your name until it ends or is revoked.
        </p>
        <CodeBlock label="secret" text={token.secret} />
        <CodeBlock
          label="use"
          text={`export HEDDLE_SERVER=${window.location.origin} HEDDLE_TOKEN=…\nnpx heddle get policies`}
        />
        <div>
          <Button onClick={onDone}>I have it</Button>
        </div>
      </div>
    </Panel>
  )
}
