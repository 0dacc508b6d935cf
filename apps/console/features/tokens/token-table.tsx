'use client'
import type { Token } from '@heddle/shared/api/tokens'
import { useState } from 'react'
import { useObstacles } from '#control/use-obstacles.ts'
import { whyNot } from '#control/why-not.ts'
import { useSession } from '#features/session/use-session.ts'
import { Chip } from '#ui/chip.tsx'
import { type Column, DataTable } from '#ui/data-table.tsx'
import { Gate } from '#ui/gate.tsx'
import { RelativeTime } from '#ui/relative-time.tsx'
import { useNow } from '#ui/use-now.ts'
import { visibleText } from '#ui/visible-text.ts'
import { RevokeDialog } from './revoke-dialog.tsx'

/** What each token may do, until when, and whether anybody uses it. */
export function TokenTable({ tokens }: { readonly tokens: readonly Token[] }) {
  const [revoking, setRevoking] = useState<Token>()
  const { stop } = useObstacles()
  const self = useSession()?.user.username
  const columns: readonly Column<Token>[] = [
    {
      id: 'name',
      title: 'Name',
      sortBy: ({ name }) => name,
      cell: ({ name }) => <span className="font-medium wrap-anywhere">{visibleText(name)}</span>,
    },
    // Everybody but an admin sees only their own.
    ...(tokens.some(({ owner }) => owner !== self)
      ? [{ id: 'owner', title: 'Owner', sortBy: ({ owner }: Token) => owner, cell: ({ owner }: Token) => owner }]
      : []),
    { id: 'role', title: 'May act as', sortBy: ({ role }) => role, cell: ({ role }) => role },
    {
      id: 'made',
      title: 'Made',
      sortBy: ({ createdAt }) => createdAt,
      cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
    },
    {
      id: 'ends',
      title: 'Ends',
      sortBy: ({ expiresAt }) => expiresAt,
      cell: ({ expiresAt }) => <Ending at={expiresAt} />,
    },
    {
      id: 'used',
      title: 'Last used',
      sortBy: ({ lastUsedAt }) => lastUsedAt ?? '',
      cell: ({ lastUsedAt }) => (lastUsedAt === undefined ? 'never' : <RelativeTime at={lastUsedAt} />),
    },
    {
      id: 'actions',
      title: 'Actions',
      cell: (token) => (
        <Gate
          size="small"
          look="danger"
          reason={whyNot(token.capabilities, 'revoke') ?? stop}
          onPress={() => setRevoking(token)}
        >
          Revoke<span className="sr-only"> {token.name}</span>
        </Gate>
      ),
    },
  ]
  return (
    <>
      <DataTable caption="API tokens" columns={columns} rows={tokens} rowKey={({ id }) => id} />
      {revoking ? <RevokeDialog token={revoking} onClose={() => setRevoking(undefined)} /> : null}
    </>
  )
}

const soonMs = 7 * 86_400_000

function Ending({ at }: { readonly at: string }) {
  const left = Date.parse(at) - useNow()
  return (
    <span className="inline-flex items-center gap-2">
      <RelativeTime at={at} />
      {left <= 0 ? <Chip tone="idle">ended</Chip> : left < soonMs ? <Chip tone="warn">soon</Chip> : null}
    </span>
  )
}
