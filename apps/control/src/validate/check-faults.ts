import type { Finding } from '@heddle/shared/api/problem'
import type { FaultInjection } from '@heddle/shared/model/fault-injection'
import { formatDuration } from '@heddle/shared/model/format-duration'
import { meshDefaults } from '@heddle/shared/model/mesh-defaults'
import { parseDuration } from '@heddle/shared/model/parse-duration'
import { serviceKey } from '../catalog/catalog-index.ts'
import { finding } from './finding.ts'
import { missingService } from './missing-service.ts'
import type { ValidationContext } from './validation-context.ts'

const dayMs = 24 * 3_600_000

/** A fault hits what it says, ends, and is not stronger than its author thinks. */
export function* checkFaults(context: ValidationContext): Iterable<Finding> {
  const seen = new Map<string, FaultInjection>()
  for (const fault of context.ofKind('FaultInjection')) {
    const { metadata, spec } = fault
    if (!context.service(metadata.namespace, spec.targetRef.name)) {
      const target = { namespace: metadata.namespace, name: spec.targetRef.name }
      yield missingService(context, fault, ['spec', 'targetRef', 'name'], target)
    }
    for (const [index, source] of (spec.from ?? []).entries()) {
      const namespace = source.namespace ?? metadata.namespace
      if (context.service(namespace, source.service)) continue
      yield finding('HED-204', fault, ['spec', 'from', index, 'service'], {
        message: `there is no Service ${namespace}/${source.service}`,
        why: 'No request comes from it, so the fault hits nothing.',
        fix: 'Name the Service that the calling workload belongs to.',
      })
    }
    yield* checkEnd(fault, context.now)
    yield* checkStrength(context, fault)
    yield* checkOverlap(fault, seen, context.now)
  }
}

function* checkEnd(fault: FaultInjection, now: number): Iterable<Finding> {
  const { expiresAt, duration } = fault.spec
  if (expiresAt === undefined && duration === undefined) {
    yield finding('HED-501', fault, ['spec'], {
      message: `the fault names no end; it lasts ${formatDuration(meshDefaults.faultDurationMs)}`,
      why: 'A fault that nobody remembers looks like an outage.',
      fix: 'Write "duration" or "expiresAt".',
    })
    return
  }
  const lastsMs = expiresAt === undefined ? (parseDuration(duration ?? '') ?? 0) : Date.parse(expiresAt) - now
  const path = ['spec', expiresAt === undefined ? 'duration' : 'expiresAt']
  if (lastsMs <= 0) {
    yield finding('HED-502', fault, path, {
      message: `the fault ended at ${expiresAt}`,
      why: 'It would do nothing.',
      fix: 'Write a time that is still to come, or "duration".',
    })
  } else if (lastsMs >= dayMs) {
    yield finding('HED-504', fault, path, {
      message: `the fault lasts ${formatDuration(lastsMs - (lastsMs % 60_000))}`,
      why: 'Experiments that outlive the people who watch them become outages.',
      fix: 'Let it end within a day.',
    })
  }
}

function* checkStrength(context: ValidationContext, fault: FaultInjection): Iterable<Finding> {
  const { abort, delay, reset, from, match, targetRef } = fault.spec
  if (reset?.percentage === 100 && from === undefined && match === undefined) {
    yield finding('HED-503', fault, ['spec', 'reset', 'percentage'], {
      message: `every connection to ${targetRef.name} would be cut`,
      why: 'That is an outage, not an experiment.',
      fix: 'Begin with a few percent, or limit it with "from" or "match".',
    })
  }
  if (abort?.percentage === 100 && from === undefined && match === undefined) {
    yield finding('HED-503', fault, ['spec', 'abort', 'percentage'], {
      message: `every request to ${targetRef.name} would be answered ${abort.httpStatus ?? abort.grpcStatus}`,
      why: 'That is an outage, not an experiment.',
      fix: 'Begin with a few percent, or limit it with "from" or "match".',
    })
  }
  const delayMs = delay === undefined ? 0 : (parseDuration(delay.fixedDelay) ?? 0)
  const timeout = shortestTimeout(context, fault)
  if (delayMs > 0 && timeout !== undefined && delayMs >= timeout) {
    yield finding('HED-505', fault, ['spec', 'delay', 'fixedDelay'], {
      message: `a delay of ${formatDuration(delayMs)} is not below the request timeout of ${formatDuration(timeout)}`,
      why: 'Every delayed request ends as 504: this is an abort in disguise.',
      fix: 'Write a shorter delay, unless the timeout is what you test.',
    })
  }
}

/** The shortest limit that callers have for requests to the target. */
function shortestTimeout(context: ValidationContext, fault: FaultInjection): number | undefined {
  const { metadata, spec } = fault
  const target = serviceKey(metadata.namespace, spec.targetRef.name)
  let shortest: number = meshDefaults.requestTimeoutMs
  for (const route of context.ofKind('HTTPRoute')) {
    for (const { backendRefs, timeouts } of route.spec.rules) {
      const own = route.metadata.namespace
      if (!backendRefs?.some(({ name, namespace = own }) => serviceKey(namespace, name) === target)) continue
      for (const text of [timeouts?.request, timeouts?.backendRequest]) {
        const ms = text === undefined ? undefined : parseDuration(text)
        if (ms) shortest = Math.min(shortest, ms)
      }
    }
  }
  return shortest
}

function* checkOverlap(fault: FaultInjection, seen: Map<string, FaultInjection>, now: number): Iterable<Finding> {
  const { metadata, spec } = fault
  if (spec.expiresAt !== undefined && Date.parse(spec.expiresAt) <= now) return
  for (const match of spec.match ?? [{}]) {
    for (const source of spec.from ?? [undefined]) {
      const caller = source ? serviceKey(source.namespace ?? metadata.namespace, source.service) : ''
      const key = JSON.stringify([metadata.namespace, spec.targetRef.name, match, caller])
      const other = seen.get(key)
      if (!other) seen.set(key, fault)
      else if (other !== fault) {
        yield finding('HED-305', fault, ['spec'], {
          message: `${other.metadata.name} injects a fault into the same requests`,
          why: 'A request meets one fault only: the older of the two.',
          fix: 'Join the two faults, or match different requests.',
          related: [other],
        })
        return
      }
    }
  }
}
