import { paths } from '#paths'

/** Leaves for the sign-in page, with the exact address to come back to. A whole load, so that nothing stays in memory. */
export function goToSignIn(): void {
  const { pathname, search, hash } = window.location
  if (pathname === paths.signIn()) return
  window.location.assign(paths.signIn(`${pathname}${search}${hash}`))
}
