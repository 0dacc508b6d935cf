import { anyUnpack } from '@bufbuild/protobuf/wkt'
import { durationMs } from '@heddle/engine/duration-ms'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type OverloadAction as ActionMessage,
  OverloadActionSchema,
  type OverloadManager,
  OverloadManagerSchema,
  type ResourceMonitor,
  type Trigger,
} from '@heddle/shared/xds/generated/envoy/config/overload/v3/overload_pb'
import { DownstreamConnectionsConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/resource_monitors/downstream_connections/v3/downstream_connections_pb'
import { FixedHeapConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/resource_monitors/fixed_heap/v3/fixed_heap_pb'
import { InjectedResourceConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/resource_monitors/injected_resource/v3/injected_resource_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import {
  type OverloadAction,
  type OverloadActionName,
  type OverloadConfig,
  type OverloadMonitor,
  type OverloadTrigger,
  overloadActions,
} from './overload-config.ts'

export type DecodedOverload = {
  readonly overload: OverloadConfig
  /** `global_downstream_max_connections`; undefined where nothing is said. */
  readonly connectionsMax: number | undefined
}

const refreshMsDefault = 1000
const prefix = 'envoy.overload_actions.'

/** Throws `ResourceRejected` with the path of what is wrong or not supported. */
export function decodeOverload(message: OverloadManager, path: string): DecodedOverload {
  refuseUnsupported(OverloadManagerSchema, message, new Set(['refresh_interval', 'resource_monitors', 'actions']), path)
  if (message.resourceMonitors.length === 0)
    throw new ResourceRejected(`${path}.resource_monitors`, 'must not be empty')
  const monitors: OverloadMonitor[] = []
  const names = new Set<string>()
  let connectionsMax: number | undefined
  for (const [index, monitor] of message.resourceMonitors.entries()) {
    const place = `${path}.resource_monitors[${index}]`
    if (names.has(monitor.name)) throw new ResourceRejected(`${place}.name`, `"${monitor.name}" is there twice`)
    names.add(monitor.name)
    const decoded = decodeMonitor(monitor, place)
    if (typeof decoded === 'number') connectionsMax = decoded
    else monitors.push(decoded)
  }
  const refreshMs = durationMs(message.refreshInterval) ?? refreshMsDefault
  if (refreshMs < 1) throw new ResourceRejected(`${path}.refresh_interval`, 'must be 1 ms or more')
  const actions = message.actions.map((each, index) => decodeAction(each, monitors, `${path}.actions[${index}]`))
  for (const [index, { name }] of actions.entries()) {
    if (actions.findIndex((each) => each.name === name) === index) continue
    throw new ResourceRejected(`${path}.actions[${index}].name`, `"${prefix}${name}" is there twice`)
  }
  return { overload: { refreshMs, monitors, actions }, connectionsMax }
}

/** A number: the connections that all listeners may have together. It holds at once, and is looked at by nobody. */
function decodeMonitor({ name, configType }: ResourceMonitor, path: string): OverloadMonitor | number {
  if (name === '') throw new ResourceRejected(`${path}.name`, 'must not be empty')
  const { value } = configType
  if (value === undefined) throw new ResourceRejected(`${path}.typed_config`, 'is required')
  const heap = anyUnpack(value, FixedHeapConfigSchema)
  if (heap !== undefined) {
    if (heap.maxHeapSizeBytes <= 0n) {
      throw new ResourceRejected(`${path}.typed_config.max_heap_size_bytes`, 'must be more than 0')
    }
    return { name, kind: 'heap', bytesMax: Number(heap.maxHeapSizeBytes) }
  }
  const connections = anyUnpack(value, DownstreamConnectionsConfigSchema)
  if (connections !== undefined) {
    if (connections.maxActiveDownstreamConnections <= 0n) {
      throw new ResourceRejected(`${path}.typed_config.max_active_downstream_connections`, 'must be more than 0')
    }
    return Number(connections.maxActiveDownstreamConnections)
  }
  const injected = anyUnpack(value, InjectedResourceConfigSchema)
  if (injected === undefined)
    throw new ResourceRejected(`${path}.typed_config`, `${value.typeUrl} is not supported yet`)
  if (injected.filename === '') throw new ResourceRejected(`${path}.typed_config.filename`, 'must not be empty')
  return { name, kind: 'file', path: injected.filename }
}

function decodeAction(message: ActionMessage, monitors: readonly OverloadMonitor[], path: string): OverloadAction {
  refuseUnsupported(OverloadActionSchema, message, new Set(['name', 'triggers']), path)
  const name = message.name.startsWith(prefix) ? message.name.slice(prefix.length) : ''
  if (!isAction(name)) {
    const known = overloadActions.map((each) => `${prefix}${each}`).join(', ')
    throw new ResourceRejected(`${path}.name`, `"${message.name}" is not supported yet; these are: ${known}`)
  }
  if (message.triggers.length === 0) throw new ResourceRejected(`${path}.triggers`, 'must not be empty')
  const triggers = message.triggers.map((each, index) => decodeTrigger(each, `${path}.triggers[${index}]`))
  for (const [index, { monitor }] of triggers.entries()) {
    const place = `${path}.triggers[${index}].name`
    if (!monitors.some((each) => each.name === monitor)) {
      throw new ResourceRejected(place, `there is no monitor "${monitor}" that is looked at`)
    }
    if (triggers.findIndex((each) => each.monitor === monitor) !== index) {
      throw new ResourceRejected(place, `"${monitor}" is there twice`)
    }
  }
  return { name, triggers }
}

function decodeTrigger({ name, triggerOneof }: Trigger, path: string): OverloadTrigger {
  switch (triggerOneof.case) {
    case 'threshold': {
      const value = shareOf(triggerOneof.value.value, `${path}.threshold.value`)
      return { monitor: name, scaling: value, saturation: value }
    }
    case 'scaled': {
      const scaling = shareOf(triggerOneof.value.scalingThreshold, `${path}.scaled.scaling_threshold`)
      const saturation = shareOf(triggerOneof.value.saturationThreshold, `${path}.scaled.saturation_threshold`)
      if (scaling >= saturation) {
        throw new ResourceRejected(`${path}.scaled`, 'scaling_threshold must be below saturation_threshold')
      }
      return { monitor: name, scaling, saturation }
    }
    default:
      throw new ResourceRejected(path, 'threshold or scaled is required')
  }
}

function shareOf(value: number, path: string): number {
  if (value >= 0 && value <= 1) return value
  throw new ResourceRejected(path, `${value} is not between 0 and 1`)
}

function isAction(name: string): name is OverloadActionName {
  return overloadActions.some((each) => each === name)
}
