/** All of Envoy's flags together are not so many; each has its short name. */
const flags = /^[A-Za-z]{1,10}(?:,[A-Za-z]{1,10}){0,15}$/

/** "UF,URX", and "" where there is no flag, or what is no flags: they are counted one by one, and nobody may make them up without end. */
export function readFlags(text = ''): string {
  return flags.test(text) ? text : ''
}
