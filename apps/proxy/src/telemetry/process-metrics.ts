import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Traffic } from '../traffic/start-traffic.ts'

export type ProcessMetrics = { render(load: Traffic['load'], droppedLines: number): Promise<string> }

/** Metrics of the process itself, by prom-client: memory, garbage collection, event loop, and what is under way. */
export function processMetrics(): ProcessMetrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] })
  const inFlight = gauge('heddle_proxy_requests_in_flight', 'Requests under way')
  const connections = gauge('heddle_proxy_connections', 'Downstream connections')
  const faults = gauge('heddle_proxy_faults_active', 'Requests that a fault delays now')
  const dropped = gauge('heddle_proxy_access_log_lines_dropped', 'Lines that found no room while the disk was slow')
  return {
    render(load, droppedLines) {
      inFlight.set(load.inFlight)
      connections.set(load.connections)
      faults.set(load.faultsActive)
      dropped.set(droppedLines)
      return registry.metrics()
    },
  }
}
