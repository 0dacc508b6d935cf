import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { findProgram } from '../../bench/find-program.ts'
import { fetchWith, toolFolder } from './find-tool.ts'

export type FoundJars = { readonly java: string; readonly classPath: string } | { readonly missing: string }

export type Artifact = { readonly group: string; readonly name: string; readonly version: string }

/** An artifact of Maven Central with all that it needs, in `.data/tools`, where later runs find it. */
export function findJars({ group, name, version }: Artifact): FoundJars {
  const java = findProgram('java')
  if (java === undefined) return { missing: 'there is no Java to run it with' }
  const folder = path.join(toolFolder, name)
  const jars = path.join(folder, version)
  const found = { java, classPath: path.join(jars, '*') }
  // Written behind the last jar: a fetch that was ended leaves some of them.
  const isWhole = path.join(folder, `${version}.whole`)
  if (existsSync(isWhole)) return found
  const maven = findProgram('mvn')
  if (maven === undefined) return { missing: 'there is no Maven to fetch it with' }
  console.log(`fetching ${group}:${name}:${version} into .data/tools`)
  mkdirSync(folder, { recursive: true })
  const pom = path.join(folder, 'pom.xml')
  writeFileSync(pom, projectOf({ group, name, version }))
  const failure = fetchWith(
    maven,
    ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${jars}`],
    {},
  )
  if (failure !== undefined) return { missing: failure }
  writeFileSync(isWhole, '')
  return found
}

/** A project that is nothing but the artifact's user: Maven copies what a project needs. */
function projectOf({ group, name, version }: Artifact): string {
  const wanted = `<groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version>`
  const own = '<groupId>conformance</groupId><artifactId>tools</artifactId><version>1</version>'
  const dependencies = `<dependencies><dependency>${wanted}</dependency></dependencies>`
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>${own}${dependencies}</project>\n`
}
