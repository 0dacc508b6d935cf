'use client'
import { useMutation } from '@tanstack/react-query'
import { signOut } from '#control/session-queries.ts'
import { paths } from '#paths'
import { buttonClass } from '#ui/button-class.ts'
import { Menu } from '#ui/menu.tsx'
import { useSession } from './use-session.ts'

export function UserMenu() {
  const session = useSession()
  const signingOut = useMutation({
    mutationFn: signOut,
    onSettled: () => window.location.assign(paths.signIn()),
  })
  if (!session) return null
  const { displayName, username, role } = session.user
  return (
    <Menu
      heading={`${username}, ${role}`}
      trigger={
        <button type="button" className={buttonClass('quiet')} aria-label={`User menu, ${displayName}`}>
          {displayName} <span aria-hidden>▾</span>
        </button>
      }
      items={[{ label: 'Sign out', onSelect: () => signingOut.mutate() }]}
    />
  )
}
