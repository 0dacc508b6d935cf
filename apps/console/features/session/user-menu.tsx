'use client'
import { useMutation } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { signOut } from '#control/session-queries.ts'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { paths } from '#paths'
import { Menu } from '#ui/menu.tsx'
import { useSession } from './use-session.ts'

export function UserMenu() {
  const session = useSession()
  const router = useRouter()
  const scoped = useScopedPath()
  const signingOut = useMutation({
    mutationFn: signOut,
    onSettled: () => window.location.assign(paths.signIn()),
  })
  if (!session) return null
  const { displayName, username, role } = session.user
  return (
    <Menu
      heading={`${username}, ${role}`}
      label={`User menu, ${displayName}`}
      trigger={
        <>
          <span className="max-w-32 truncate max-md:hidden">{displayName}</span>
          <span className="md:hidden">{displayName.slice(0, 1)}</span> <span aria-hidden>▾</span>
        </>
      }
      items={[
        { label: 'API tokens', onSelect: () => router.push(scoped(paths.tokens())) },
        { label: 'Sign out', onSelect: () => signingOut.mutate() },
      ]}
    />
  )
}
