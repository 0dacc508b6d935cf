/** Where the control plane is, read at run time: `rewrites()` in next.config.ts would be fixed when the console is built. */
export function controlUrl(): string {
  return process.env.HEDDLE_CONTROL_URL ?? 'http://127.0.0.1:4000'
}
