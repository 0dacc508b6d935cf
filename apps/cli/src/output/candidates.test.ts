import { Argument, Command, Option } from 'commander'
import { expect, test } from 'vitest'
import { candidates } from './candidates.ts'

const program = new Command('heddle')
program
  .command('get')
  .addArgument(new Argument('<what>').choices(['policies', 'services']))
  .option('-n, --namespace <namespace>')
  .addOption(new Option('-o, --format <format>').choices(['table', 'json']))
const rollout = program.command('rollout')
rollout.command('status')
rollout.command('stop')
program.command('secret', { hidden: true })

test.each([
  [[''], ['get', 'rollout', 'help']],
  [['ro'], ['rollout']],
  [
    ['rollout', 'st'],
    ['status', 'stop'],
  ],
  [
    ['get', ''],
    ['policies', 'services'],
  ],
  [['get', 'policies', ''], []],
  [['get', '-n', ''], []],
  [['get', '-n', 'shop', 's'], ['services']],
  [
    ['get', 'policies', '--'],
    ['--namespace', '--format', '--help'],
  ],
  [
    ['get', '-o', ''],
    ['table', 'json'],
  ],
  [['get', '--format', 'j'], ['json']],
])('%j goes on with %j', (words, expected) => {
  expect(candidates(program, words)).toEqual(expected)
})
