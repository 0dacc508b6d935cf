/** Whether a place is the one that is looked at, or what is looked at belongs to it. */
export function isHere(pathname: string, path: string): boolean {
  return pathname === path || pathname.startsWith(`${path}/`)
}
