import { readFileSync } from 'node:fs'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { DataSource } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'

/** More than any certificate chain; a path to something endless must not fill memory. */
const bytesMax = 1024 * 1024

/**
 * The text of an `envoy.config.core.v3.DataSource`. Read when its configuration arrives: a file that is gone refuses the
 * resource, and what served before goes on. The message names the source, never what stands in it.
 */
export function readDataSource(source: DataSource | undefined, path: string): string | undefined {
  switch (source?.specifier.case) {
    case undefined:
      return undefined
    case 'inlineString':
      return source.specifier.value
    case 'inlineBytes':
      return Buffer.from(source.specifier.value).toString('utf8')
    case 'environmentVariable': {
      const name = source.specifier.value
      const value = process.env[name]
      if (value === undefined) throw new ResourceRejected(`${path}.environment_variable`, `${name} is not set`)
      return value
    }
    case 'filename':
      return readFile(source.specifier.value, `${path}.filename`)
  }
}

function readFile(name: string, path: string): string {
  try {
    const bytes = readFileSync(name)
    if (bytes.length > bytesMax) throw new ResourceRejected(path, `${name} is larger than ${bytesMax} bytes`)
    return bytes.toString('utf8')
  } catch (error) {
    if (error instanceof ResourceRejected) throw error
    throw new ResourceRejected(path, `${name} cannot be read: ${(error as NodeJS.ErrnoException).code}`)
  }
}
