'use client'
import Link from 'next/link'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { paths } from '#paths'
import { CodeBlock } from '#ui/code-block.tsx'

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: { selector: { app: 'cart' }, ports: [{ name: 'http', port: 8080, appProtocol: 'http' }] },
}
const command = `curl -X PUT "$HEDDLE_SERVER/api/v1/catalog/services/shop/cart" \\
  -H "authorization: Bearer $HEDDLE_TOKEN" -H 'content-type: application/json' \\
  -d '${JSON.stringify(service)}'`

/** For a mesh without services: how the first one becomes known. */
export function HowToRegisterService() {
  const scoped = useScopedPath()
  return (
    <>
      <p className="text-muted">
        A service is registered once, by name, selector and ports; its sidecars bring the instances. It takes an{' '}
        <Link className="text-accent-text underline" href={scoped(paths.tokens())}>
          API token
        </Link>{' '}
        of an editor:
      </p>
      <div className="w-full max-w-3xl">
        <CodeBlock label="command" text={command} />
      </div>
    </>
  )
}
