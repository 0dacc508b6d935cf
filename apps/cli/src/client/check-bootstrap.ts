import { bootstrapGaps } from '@heddle/shared/xds/bootstrap-gaps'
import { parse } from 'yaml'
import { z } from 'zod'
import { CliError, exitCodes } from './cli-error.ts'
import { readText } from './read-text.ts'

const Named = z.looseObject({ cluster: z.string().optional() }).optional()
/** Of a bootstrap only what is looked at. */
const Bootstrap = z.looseObject({
  node: z.looseObject({ metadata: z.looseObject({ TELEMETRY: Named, RATE_LIMITS: Named }).optional() }).optional(),
  static_resources: z.looseObject({ clusters: z.array(z.looseObject({ name: z.string() })).optional() }).optional(),
})

/** Says what a proxy that starts from this file would not do. Throws `CliError`. */
export async function checkBootstrap(file: string): Promise<void> {
  const read = Bootstrap.safeParse(await readYaml(file))
  if (!read.success) {
    const [issue] = read.error.issues
    throw new CliError(exitCodes.usage, `${file} is no bootstrap: ${issue?.path.join('.')}: ${issue?.message}`)
  }
  const metadata = read.data.node?.metadata
  const clusters = new Set(read.data.static_resources?.clusters?.map(({ name }) => name))
  const lines = (['TELEMETRY', 'RATE_LIMITS'] as const).flatMap((field) => {
    const cluster = metadata?.[field]?.cluster
    if (cluster === undefined || clusters.has(cluster)) return []
    return [`node.metadata.${field}.cluster names ${cluster}, which is no cluster of static_resources`]
  })
  const gaps = bootstrapGaps({
    telemetry: metadata?.TELEMETRY?.cluster,
    rateLimits: metadata?.RATE_LIMITS?.cluster,
  }).flatMap(({ code, message, fix }) => [`${code}: ${message}`, `  ${fix}`])
  if (lines.length + gaps.length > 0) {
    throw new CliError(exitCodes.negative, `a proxy that starts from ${file} does not do all that the mesh expects`, {
      lines: [...lines, ...gaps],
    })
  }
  console.log(`${file} names where to report to, and where to ask for limits of the mesh`)
}

async function readYaml(file: string): Promise<unknown> {
  const text = await readText(file)
  try {
    return parse(text)
  } catch (error) {
    throw new CliError(exitCodes.usage, `cannot read ${file}: ${error instanceof Error ? error.message : error}`)
  }
}
