import { type ParseArgsConfig, parseArgs } from 'node:util'

/** As `parseArgs`; what cannot be understood ends the program with one sentence and status 2, instead of a stack. */
export function readArguments<Config extends ParseArgsConfig>(config: Config): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config)
  } catch (error) {
    const said = error as NodeJS.ErrnoException
    if (!said.code?.startsWith('ERR_PARSE_ARGS')) throw error
    console.error(`${said.message}; --help says what there is`)
    process.exit(2)
  }
}
