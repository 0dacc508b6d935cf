'use client'
import type { NewToken } from '@heddle/shared/api/tokens'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Answer } from '#control/answer.tsx'
import { ShowOlder } from '#control/show-older.tsx'
import { tokensQuery } from '#control/token-queries.ts'
import { EmptyState } from '#ui/empty-state.tsx'
import { PageHeading } from '#ui/page-heading.tsx'
import { Panel } from '#ui/panel.tsx'
import { CreateTokenForm } from './create-token-form.tsx'
import { NewSecret } from './new-secret.tsx'
import { TokenTable } from './token-table.tsx'

/** What scripts and terminals sign in with: made, looked through and revoked. */
export function TokensPage() {
  const query = useInfiniteQuery(tokensQuery)
  // Kept nowhere else: who leaves the page has seen the secret for the last time.
  const [made, setMade] = useState<NewToken>()
  return (
    <>
      <PageHeading
        title="API tokens"
        aside={<span className="text-muted">For scripts and terminals, which cannot sign in as a person does.</span>}
      />
      {made === undefined ? (
        <CreateTokenForm onMade={setMade} />
      ) : (
        <NewSecret token={made} onDone={() => setMade(undefined)} />
      )}
      <Panel title="Tokens, newest first" isRefreshing={query.isFetching && query.data !== undefined}>
        <Answer query={query} label="tokens">
          {({ pages }) => {
            const tokens = pages.flatMap(({ items }) => items)
            return tokens.length === 0 ? (
              <EmptyState
                title="You have no API token."
                checks={[{ isOk: true, text: 'the control plane was asked, and has none of yours' }]}
              >
                <p className="text-muted">
                  Make one above, or with <code className="font-mono">npx heddle login</code> in a terminal.
                </p>
              </EmptyState>
            ) : (
              <div className="flex flex-col gap-3">
                <TokenTable tokens={tokens} />
                <ShowOlder query={query} />
              </div>
            )
          }}
        </Answer>
      </Panel>
    </>
  )
}
