import { CodeBlock } from '#ui/code-block.tsx'

const commands = `npx heddle proxy-bootstrap --service shop/cart --instance cart-1 --address 10.0.0.7 > bootstrap.yaml
npx heddle-proxy -c bootstrap.yaml`

/** For a mesh without sidecars: the two commands that start one. */
export function HowToStartProxy() {
  return (
    <>
      <p className="text-muted">
        A sidecar starts beside its workload, from a file that names this control plane and the instance:
      </p>
      <div className="w-full max-w-3xl">
        <CodeBlock label="commands" text={commands} />
      </div>
    </>
  )
}
