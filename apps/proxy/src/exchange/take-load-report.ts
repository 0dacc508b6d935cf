import { readBinaryReport, readLoadReport } from '@heddle/engine/balance/load-report'
import { takeReport } from '@heddle/engine/balance/reported-load'
import type { HeaderBlock } from '../message/header-block.ts'
import type { UpstreamTry } from './upstream-try.ts'

/** What an answer says of its endpoint's load, in its head or else in its trailers, where balancing goes by it. */
export function takeLoadReport(current: UpstreamTry, fields: HeaderBlock, nowMs: number): void {
  const { policy } = current.cluster.config.balancer
  if (policy.kind !== 'client-weighted' || current.hasReported) return
  const binary = fields.get('endpoint-load-metrics-bin')
  const text = binary === undefined ? fields.get('endpoint-load-metrics') : undefined
  const report = binary === undefined ? text && readLoadReport(text) : readBinaryReport(binary)
  if (!report) return
  current.hasReported = true
  const { endpoint } = current
  endpoint.reported = takeReport(endpoint.reported, report, policy, nowMs)
}
