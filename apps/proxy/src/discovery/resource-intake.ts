import type { Bootstrap } from '../bootstrap/bootstrap.ts'
import { buildConfig } from '../config/build-config.ts'
import { decodeAhead } from '../config/decode-ahead.ts'
import type { ProxyConfig } from '../config/proxy-config.ts'
import { lifecycleLog } from '../lifecycle-log.ts'
import { type Awaited, awaitedNames } from '../resources/awaited-names.ts'
import { type FixedWants, type ListKind, listKinds } from '../resources/fixed-wants.ts'
import { type HeldResources, messagesOf, noResources } from '../resources/held-resources.ts'
import { type Wanted, wantedNames } from '../resources/wanted-names.ts'
import type { FileSubscription } from './file-subscription.ts'
import { FileSubscriptions } from './file-subscriptions.ts'
import { InitialFetches } from './initial-fetches.ts'
import { keepWarm, type Waiting } from './keep-warm.ts'
import { PartingClusters } from './parting-clusters.ts'
import { ResourceTtls } from './resource-ttls.ts'
import { takeUpdate } from './take-update.ts'
import type { Update } from './xds-session.ts'

export type IntakeOptions = {
  readonly wants: FixedWants
  readonly bindAddress: string | undefined
  readonly local: Bootstrap['local']
  /** The bootstrap's own resources. */
  readonly fixed: ProxyConfig
  /** Resources to begin with. */
  readonly initial: HeldResources
  /** Of the first configuration, where its listeners say nothing. */
  readonly revision: string
  /** Whether anybody is asked over ADS: without it nothing of its is waited for. */
  readonly hasAds: boolean
  /** Puts a configuration into force; rejects when a listener cannot listen. */
  readonly apply: (config: ProxyConfig, held: HeldResources) => Promise<void>
  /** After a configuration is in force. */
  readonly onApplied?: (held: HeldResources) => void
  /** After every change of what is held: what is wanted now. */
  readonly onWanted?: (wanted: Wanted) => void
}

type FileUpdate = readonly [file: FileSubscription, update: Update]
type Whole = { readonly held: HeldResources; readonly config: ProxyConfig }

/**
 * What is held, and the one place where what came is put into force, from the control plane or out of a file: refuses what is
 * bad, reads the files that the rest names, and swaps once.
 */
export class ResourceIntake implements Disposable {
  readonly files = new FileSubscriptions((moved) => {
    this.moved.push(moved)
    void this.inTurn(() => this.takeMoved())
  })
  /** Files that wait to be read again. */
  private readonly moved: FileSubscription[] = []
  readonly fetches = new InitialFetches(() => void this.inTurn(() => this.goOnWithout()))
  private readonly parting = new PartingClusters(
    (name) => this.options.fixed.clusters.has(name),
    () => void this.inTurn(() => this.goOnWithout()),
  )
  private readonly ttls = new ResourceTtls((kind, name) => {
    const gone = {
      kind,
      nonce: '',
      version: '',
      changed: new Map(),
      removed: [name],
      unreadable: [],
      ttlsMs: new Map(),
      isExpired: true,
    }
    void this.inTurn(async () => void (await this.take(gone)))
  })
  private readonly options: IntakeOptions
  private current: HeldResources
  /** Of `current`, what nothing has to wait for. */
  private inForce: HeldResources
  /** The bootstrap's own listeners, clusters and layers of the runtime have what they name, or are not waited for any more. */
  private hasBegun = false
  /** All listeners of a list have been in force together: the proxy has started, whatever comes and waits later. */
  private hasStarted = false
  /** Lists that have not come yet. */
  private readonly lists: Map<ListKind, number>
  private revision: string
  private isStopped = false
  /** Updates are worked through one after the other, as applying waits. */
  private turn: Promise<void> = Promise.resolve()

  constructor(options: IntakeOptions) {
    this.options = options
    this.current = options.initial
    this.inForce = options.initial
    this.lists = new Map(options.initial === noResources ? options.wants.listTimeoutsMs : [])
    this.revision = options.revision
  }

  [Symbol.dispose](): void {
    this.isStopped = true
    this.files[Symbol.dispose]()
    this.fetches[Symbol.dispose]()
    this.parting[Symbol.dispose]()
    this.ttls[Symbol.dispose]()
  }

  held(): HeldResources {
    return this.current
  }

  /** The listeners that the start still waits for: their routes or endpoints have not come. */
  starting(): readonly string[] {
    if (this.hasStarted) return []
    return [...this.current.listener.keys()].filter((name) => !this.inForce.listener.has(name))
  }

  /** What the start still waits for before anything else: layers of the runtime, and the first of each list. */
  awaitedFirst(): readonly ('runtime' | ListKind)[] {
    return (['runtime', ...listKinds] as const).filter((kind) => this.fetches.awaiting(kind) > 0)
  }

  /** After all that came before, and not any more once it is stopped. */
  inTurn(task: () => Promise<void>): Promise<void> {
    const done = this.turn.then(() => (this.isStopped ? undefined : task()))
    this.turn = done.catch(() => undefined)
    return done
  }

  /** Reads the files that the bootstrap names. A listener that cannot listen costs what files say, not the start. */
  begin(): Promise<void> {
    return this.inTurn(async () => {
      const { config } = buildConfig(messagesOf(this.current), this.buildOptions())
      const whole = await this.withFiles({ held: this.current, config })
      try {
        await this.putIntoForce(whole)
      } catch (error) {
        lifecycleLog('error', 'cannot begin with what files say', { reason: (error as Error).message })
        await this.options.apply(config, this.current)
      }
      this.tellWanted()
    })
  }

  /** The time of what the bootstrap itself asks for runs from the start, whether the control plane is there or not. */
  beginFetches(): void {
    const { config } = buildConfig(messagesOf(this.current), this.buildOptions())
    this.fetches.await(this.awaited(this.current, config))
  }

  /** Only in turn. The reason of a refusal, of the whole or of a part. */
  async take(update: Update): Promise<string | undefined> {
    // What is large is worked through in slices; what is left is little.
    await nextTurn()
    if (update.kind === 'cluster' || update.kind === 'listener') this.lists.delete(update.kind)
    const taken = await this.takeOne(this.current, update)
    if (taken.nack === undefined) this.ttls.note(update)
    else if (update.kind === 'runtime') this.goOnWithoutRefused(update, taken.held)
    // Not of a list in a file: whoever moves it there decides himself what comes first.
    this.parting.note(this.current, taken.held)
    await nextTurn()
    return (await this.swap(taken)) ?? taken.nack
  }

  /** Why it cannot be in force. */
  private async swap(next: Whole): Promise<string | undefined> {
    const whole = await this.withFiles(next)
    if (this.isStopped) return undefined
    try {
      await this.putIntoForce(whole)
      return undefined
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    } finally {
      this.tellWanted()
    }
  }

  /** The start waits for what a layer of the runtime says first, not for a control plane to say it better. */
  private goOnWithoutRefused({ changed }: Update, { runtime }: HeldResources): void {
    for (const name of changed.keys()) if (!runtime.has(name)) this.fetches.forgo({ kind: 'runtime', name })
  }

  /** Something that was waited for has not come. */
  private async goOnWithout(): Promise<void> {
    const { config } = buildConfig(messagesOf(this.current), this.buildOptions())
    try {
      await this.putIntoForce({ held: this.current, config })
    } catch (error) {
      lifecycleLog('error', 'cannot go on without what has not come', { reason: (error as Error).message })
    }
  }

  /**
   * All files that have moved, with one swap where that can be: one that is read late may be another than when it moved, and name
   * what stands in a file that moved before that.
   */
  private async takeMoved(): Promise<void> {
    // By then the system has told of all that has moved until now.
    await nextTurn()
    const updates = this.readMoved()
    if (updates.length > 1 && (await this.takeTogether(updates))) return
    for (const [file, update] of updates) {
      const { nack, ...next } = await this.takeOne(this.current, update)
      file.settle((await this.swap(next)) ?? nack)
    }
  }

  private readMoved(): readonly FileUpdate[] {
    const moved = new Set([...this.moved.splice(0), ...this.files.flush()])
    return [...moved].flatMap((file) => {
      const update = this.files.has(file) ? file.read(this.current) : undefined
      return update === undefined ? [] : [[file, update] as const]
    })
  }

  /** False: not all of it together can be in force, and perhaps some of it can. */
  private async takeTogether(updates: readonly FileUpdate[]): Promise<boolean> {
    let { current: held } = this
    let config: ProxyConfig | undefined
    const nacks: (string | undefined)[] = []
    for (const [, update] of updates) {
      const taken = await this.takeOne(held, update)
      held = taken.held
      config = taken.config
      nacks.push(taken.nack)
      await nextTurn()
    }
    if (config === undefined || (await this.swap({ held, config })) !== undefined) return false
    for (const [index, [file]] of updates.entries()) file.settle(nacks[index])
    return true
  }

  private async takeOne(held: HeldResources, update: Update) {
    await decodeAhead(
      update.kind,
      [...update.changed.values()].map(({ message }) => message),
    )
    return takeUpdate(held, update, this.buildOptions())
  }

  /** No listener may serve before the routes that it names are read, no route be there before its cluster's endpoints. */
  private async withFiles(whole: Whole): Promise<Whole> {
    let { held, config } = whole
    for (;;) {
      const file = this.files.next(wantedNames(held, this.options.wants))
      if (file === undefined) return { held, config }
      const update = file.read(held)
      if (update === undefined) continue
      const taken = await this.takeOne(held, update)
      file.settle(taken.nack)
      held = taken.held
      config = taken.config
    }
  }

  private async putIntoForce({ held, config }: Whole): Promise<void> {
    const { apply, onApplied } = this.options
    const waiting = this.fetches.await(this.awaited(held, config))
    // The bootstrap's own listeners begin together, with all that they name.
    this.hasBegun ||= !this.isFixedWaiting(waiting)
    if (!this.hasBegun) {
      this.current = held
      return
    }
    const settled = keepWarm(held, this.inForce, waiting, this.parting)
    const next = settled === held ? config : buildConfig(messagesOf(settled), this.buildOptions()).config
    await nextTurn()
    await apply(next, settled)
    this.revision = next.revision
    this.current = held
    this.inForce = settled
    this.hasStarted ||= settled.listener.size > 0 && this.starting().length === 0
    await nextTurn()
    onApplied?.(settled)
  }

  private awaited(held: HeldResources, config: ProxyConfig): readonly Awaited[] {
    const { wants, hasAds } = this.options
    const names = awaitedNames(held, config, { fixed: wants, hasAds }).filter(
      // A layer that is taken away later says nothing any more.
      ({ kind }) => kind !== 'runtime' || !this.hasBegun,
    )
    return [...names, ...[...this.lists].map(([kind, timeoutMs]) => ({ kind, name: 'all', timeoutMs }))]
  }

  private isFixedWaiting(waiting: Waiting): boolean {
    const { fetchTimeoutsMs } = this.options.wants
    return (['runtime', 'assignment', 'route'] as const).some((kind) =>
      [...fetchTimeoutsMs[kind].keys()].some((key) => waiting[kind].has(key)),
    )
  }

  private tellWanted(): void {
    const wanted = wantedNames(this.current, this.options.wants)
    this.files.keep(wanted)
    this.fetches.keep(wanted)
    this.options.onWanted?.(wanted)
  }

  private buildOptions() {
    const { bindAddress, local, fixed, wants } = this.options
    return { bindAddress, local, revision: this.revision, staticSecrets: fixed.secrets, fixed: wants }
  }
}

/** Lets traffic have its turn. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
