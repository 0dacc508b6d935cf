import type { JsonObject } from '@bufbuild/protobuf'
import { noRuntimeValues, type RuntimeValues } from '@heddle/engine/runtime/runtime-values'
import { runtimeFault } from '../config/runtime-fault.ts'
import { lifecycleLog } from '../lifecycle-log.ts'
import type { PushedLayer } from './pushed-layer.ts'
import { readDiskLayer } from './read-disk-layer.ts'
import type { RuntimeLayer } from './runtime-layer.ts'
import { runtimeValueOfText } from './runtime-value-of-text.ts'

type DiskLayer = Extract<RuntimeLayer, { kind: 'disk' }>

/** So often a layer was put in place, and what came of it; Envoy's names. */
export type RuntimeCounts = {
  loadSuccess: number
  loadError: number
  overrideDirExists: number
  overrideDirNotExists: number
}

/** A value that cannot stand in the administrator's layer, or that there is no such layer. */
export class OverrideRefused extends Error {
  override readonly name = 'OverrideRefused'
  readonly code: 'no_admin_layer' | 'override_invalid'

  constructor(code: OverrideRefused['code'], message: string) {
    super(message)
    this.code = code
  }
}

/**
 * The runtime of this process: what its layers say, and what follows from all of them. Of several layers that say something
 * the last one counts. Whoever reads `values` has one immutable map; a change puts another one in its place.
 */
export class RuntimeLayers {
  readonly layers: readonly RuntimeLayer[]
  values: RuntimeValues = noRuntimeValues
  readonly counts: RuntimeCounts = { loadSuccess: 0, loadError: 0, overrideDirExists: 0, overrideDirNotExists: 0 }
  /** Undefined: the folder of the layer is not there. */
  private readonly said: (RuntimeValues | undefined)[]
  /** Layers whose folders cannot be read: what they said last goes on. */
  private readonly broken = new Set<number>()
  private readonly byPosition = new Map<number, PushedLayer>()
  private readonly listeners: (() => Promise<void>)[] = []

  constructor(layers: readonly RuntimeLayer[]) {
    this.layers = layers
    this.said = layers.map((layer) => (layer.kind === 'static' ? layer.values : noRuntimeValues))
    this.readFolders()
    this.merge()
    // Envoy reads its layers once before it asks anybody for more, and once after.
    this.merge()
  }

  /** Told after every change; what it returns is over when the change is in force. */
  onChange(listener: () => Promise<void>): void {
    this.listeners.push(listener)
  }

  /** The layers that there are, and what each of them says. */
  get present(): readonly { readonly layer: RuntimeLayer; readonly values: RuntimeValues }[] {
    return this.layers.flatMap((layer, position) => {
      const values = this.said[position]
      return values === undefined ? [] : [{ layer, values }]
    })
  }

  get hasOverrides(): boolean {
    return this.present.some(({ layer, values }) => layer.kind === 'admin' && values.size > 0)
  }

  /** Everything that came while the process ran. */
  get pushed(): readonly PushedLayer[] {
    return [...this.byPosition.values()]
  }

  /** Sets values in the administrator's layer; an empty one takes back what was set. All of them or none. */
  async override(changes: Iterable<readonly [key: string, text: string]>): Promise<void> {
    const position = this.layers.findIndex(({ kind }) => kind === 'admin')
    if (position < 0) throw new OverrideRefused('no_admin_layer', 'No admin layer specified')
    const values: JsonObject = { ...this.byPosition.get(position)?.values }
    for (const [key, text] of changes) {
      if (text === '') {
        delete values[key]
        continue
      }
      const fault = runtimeFault(key, runtimeValueOfText(text))
      if (fault !== undefined) throw new OverrideRefused('override_invalid', `${key}: ${fault}`)
      values[key] = text
    }
    await this.take({ position, values })
  }

  /** A layer says something else. */
  async take(pushed: PushedLayer): Promise<void> {
    this.byPosition.set(pushed.position, pushed)
    this.said[pushed.position] = new Map(
      Object.entries(pushed.values).map(([key, text]) => [key, runtimeValueOfText(String(text))]),
    )
    await this.putInForce()
  }

  /** What control planes and files say of layers, by what these go by. */
  async takeResources(resources: ReadonlyMap<string, RuntimeValues>): Promise<void> {
    let hasChanged = false
    for (const [position, layer] of this.layers.entries()) {
      if (layer.kind !== 'rtds') continue
      const values = resources.get(layer.key) ?? noRuntimeValues
      hasChanged ||= values !== this.said[position]
      this.said[position] = values
    }
    if (hasChanged) await this.putInForce()
  }

  /** A folder may be another one. All are read: several layers may stand in one that was swapped as a whole. */
  async read(): Promise<void> {
    this.readFolders()
    await this.putInForce()
  }

  private readFolders(): void {
    for (const [position, layer] of this.layers.entries()) if (layer.kind === 'disk') this.readFolder(position, layer)
  }

  private readFolder(position: number, layer: DiskLayer): void {
    try {
      this.said[position] = readDiskLayer(layer.folder)
      this.broken.delete(position)
    } catch (error) {
      this.broken.add(position)
      const { name } = layer
      lifecycleLog('warn', 'refused a layer of the runtime; what it said last goes on', {
        name,
        reason: (error as Error).message,
      })
    }
  }

  private async putInForce(): Promise<void> {
    this.merge()
    await Promise.all(this.listeners.map((listener) => listener()))
  }

  private merge(): void {
    const { present, counts, broken } = this
    const hasAny = present.some(({ values }) => values.size > 0)
    this.values = hasAny ? new Map(present.flatMap(({ values }) => [...values])) : noRuntimeValues
    if (broken.size > 0) counts.loadError++
    else counts.loadSuccess++
    // Envoy's way to count: of the time when the second folder was the one that overrides.
    if (present.filter(({ layer }) => layer.kind === 'disk').length > 1) counts.overrideDirExists++
    else counts.overrideDirNotExists++
  }
}
