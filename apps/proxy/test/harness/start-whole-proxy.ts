import { createRegistry, fromJson, type JsonValue } from '@bufbuild/protobuf'
import { BootstrapSchema } from '@heddle/shared/xds/generated/envoy/config/bootstrap/v3/bootstrap_pb'
import { typedExtensions } from '@heddle/shared/xds/typed-extensions'
import { decodeBootstrap } from '../../src/bootstrap/decode-bootstrap.ts'
import { type RunningProxy, startProxy } from '../../src/start-proxy.ts'

const registry = createRegistry(...typedExtensions)

export type WholeProxy = RunningProxy & AsyncDisposable & { readonly adminPort: number; readonly port: number }

/** Everything that the program is but its process: with the admin port, and the control plane where the bootstrap names one. */
export async function startWholeProxy(json: Record<string, unknown>, stateDir?: string): Promise<WholeProxy> {
  const proxy = await startProxy({
    bootstrap: decodeBootstrap(fromJson(BootstrapSchema, json as JsonValue, { registry })),
    configPath: 'bootstrap.yaml',
    stateDir,
    drainMs: 0,
    telemetry: undefined,
    link: undefined,
    onQuit: () => undefined,
  })
  const listening = proxy.traffic.address('in')
  return {
    ...proxy,
    adminPort: proxy.admin?.kind === 'tcp' ? proxy.admin.port : 0,
    port: listening?.kind === 'tcp' ? listening.port : 0,
    [Symbol.asyncDispose]: () => proxy.stop(),
  }
}
