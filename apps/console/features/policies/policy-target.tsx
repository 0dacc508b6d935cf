'use client'
import Link from 'next/link'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { paths } from '#paths'

/** What a policy acts on, in the words of the control plane; a service leads to its page. */
export function PolicyTarget({ target }: { readonly target: string }) {
  const scoped = useScopedPath()
  const [, namespace, name] = /^Service ([a-z0-9-]+)\/([a-z0-9-]+)$/.exec(target) ?? []
  if (namespace === undefined || name === undefined) return target
  return (
    <>
      Service{' '}
      <Link className="text-accent-text hover:underline" href={scoped(paths.service(namespace, name))}>
        {namespace}/{name}
      </Link>
    </>
  )
}
