import type { PolicyObject } from '@heddle/shared/model/any-object'
import { describePolicy } from '@heddle/shared/model/describe-policy'

const sentencesMax = 40

/** The difference in sentences: what an object does when it comes or goes, and which fields changed otherwise. */
export function describeDifference(before: PolicyObject | undefined, after: PolicyObject | undefined): string[] {
  if (before === undefined) return after === undefined ? [] : [`new: ${describePolicy(after).effect}`]
  if (after === undefined) return [`gone: ${describePolicy(before).effect}`]
  return differences(before.spec, after.spec, 'spec').slice(0, sentencesMax)
}

/** Every field below a place that is not the same, as "spec.rules[0].weight: 20 → 30". Pure. */
export function differences(before: unknown, after: unknown, path: string): string[] {
  const sentences: string[] = []
  compare(before, after, path, sentences)
  return sentences
}

function compare(before: unknown, after: unknown, path: string, into: string[]): void {
  if (Object.is(before, after)) return
  if (isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      compare(before[key], after[key], `${path}.${key}`, into)
    }
    return
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    for (let index = 0; index < Math.max(before.length, after.length); index++) {
      compare(before[index], after[index], `${path}[${index}]`, into)
    }
    return
  }
  if (before === undefined) into.push(`${path}: ${show(after)} is new`)
  else if (after === undefined) into.push(`${path}: ${show(before)} is gone`)
  else into.push(`${path}: ${show(before)} → ${show(after)}`)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function show(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 120 ? `${text.slice(0, 117)}…` : text
}
