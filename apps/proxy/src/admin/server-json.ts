import type { AdminSources } from './admin-sources.ts'

/** `/server_info`: `envoy.admin.v3.ServerInfo`, as far as there is anything to say. */
export function serverJson({
  traffic,
  version,
  node,
  notReady,
  isDraining,
  workers,
  commandLine,
}: AdminSources): unknown {
  const uptime = `${Math.round(process.uptime())}s`
  return {
    version: `heddle/${version}`,
    state: isDraining() ? 'DRAINING' : notReady() === undefined ? 'LIVE' : 'INITIALIZING',
    uptime_current_epoch: uptime,
    uptime_all_epochs: uptime,
    hot_restart_version: 'disabled',
    command_line_options: {
      concurrency: workers.count,
      config_path: commandLine.configPath,
      mode: 'Serve',
      service_cluster: node.cluster,
      service_node: node.id,
      drain_time: `${commandLine.drainMs / 1000}s`,
    },
    // Within the message as Envoy has it: whoever decodes it refuses fields of others.
    node: {
      ...node,
      user_agent_name: 'heddle',
      metadata: { ...node.metadata, REVISION: traffic.config.revision },
    },
  }
}
