'use client'
import { Role } from '@heddle/shared/api/session'
import type { NewToken } from '@heddle/shared/api/tokens'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { createToken, tokensQuery } from '#control/token-queries.ts'
import { useObstacles } from '#control/use-obstacles.ts'
import { useSession } from '#features/session/use-session.ts'
import { ErrorStrip } from '#ui/error-strip.tsx'
import { Gate } from '#ui/gate.tsx'
import { Panel } from '#ui/panel.tsx'
import { SelectField } from '#ui/select-field.tsx'
import { TextField } from '#ui/text-field.tsx'

const roleWords: Readonly<Record<Role, string>> = {
  viewer: 'viewer: read',
  editor: 'editor: read and propose',
  approver: 'approver: read, propose and approve',
  admin: 'admin: everything',
}
const lifetimes = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
] as const

/** Asks what a token is for, what it may do at most, and how long; the least of each stands first. */
export function CreateTokenForm({ onMade }: { readonly onMade: (token: NewToken) => void }) {
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const [days, setDays] = useState<(typeof lifetimes)[number]['value']>('30')
  const queries = useQueryClient()
  const own = useSession()?.user.role ?? 'viewer'
  // Roles are in order, and the control plane gives no token more than its owner.
  const roles = Role.options.slice(0, Role.options.indexOf(own) + 1)
  const { stop } = useObstacles()
  const create = useMutation({
    mutationFn: () => createToken({ name: name.trim(), role, expiresInDays: Number(days) }),
    // A secret must not stay in memory beside the page that shows it.
    gcTime: 0,
    onSuccess: (token) => {
      onMade(token)
      return queries.invalidateQueries({ queryKey: tokensQuery.queryKey })
    },
  })
  const missing =
    stop ?? (name.trim() === '' ? 'Say what it is for, to know it again when it is to be revoked' : undefined)
  return (
    <Panel title="Make a token">
      <form
        className="grid max-w-4xl grid-cols-[2fr_2fr_1fr_auto] items-start gap-3 max-md:grid-cols-1"
        onSubmit={(event) => {
          event.preventDefault()
          if (missing === undefined) create.mutate()
        }}
      >
        <TextField label="Name" placeholder="deploy pipeline" maxLength={64} value={name} onChange={setName} />
        <SelectField
          label="May act as"
          value={role}
          options={roles.map((value) => ({ value, label: roleWords[value] }))}
          hint="Never more than you may yourself."
          onChange={setRole}
        />
        <SelectField label="Lasts" value={days} options={lifetimes} onChange={setDays} />
        <div className="md:pt-5">
          <Gate type="submit" look="primary" reason={missing} isBusy={create.isPending}>
            Create token
          </Gate>
        </div>
      </form>
      {create.error ? <ErrorStrip title="No token was made" detail={create.error.message} /> : null}
    </Panel>
  )
}
