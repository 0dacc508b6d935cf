import type { Worker } from 'node:cluster'
import { tell } from './tell-worker.ts'
import type { Question, ToSupervisor, ToWorker } from './worker-message.ts'

const answerWithinMs = 10_000
let lastId = 0

/** Asks every worker and waits for all of them; one that does not answer in time, or ends, is a failure. */
export async function askAll(
  workers: readonly Worker[],
  question: Question,
): Promise<{ readonly texts: readonly string[]; readonly failures: readonly string[] }> {
  const answers = await Promise.all(workers.map((worker) => ask(worker, question)))
  return {
    texts: answers.flatMap(({ text, failure }) => (failure === undefined ? [text] : [])),
    failures: answers.flatMap(({ failure }) => failure ?? []),
  }
}

type Answer = { readonly text: string; readonly failure: string | undefined }

function ask(worker: Worker, question: Question): Promise<Answer> {
  const id = ++lastId
  return new Promise((resolve) => {
    const settle = (answer: Answer) => {
      clearTimeout(timer)
      worker.off('message', onMessage)
      worker.off('exit', onExit)
      resolve(answer)
    }
    const onMessage = (message: ToSupervisor) => {
      if (message.kind === 'answer' && message.id === id) settle(message)
    }
    // Who has ended is replaced, and the one in its place begins with what is stored.
    const onExit = () => settle({ text: '', failure: undefined })
    const timer = setTimeout(() => settle({ text: '', failure: 'a worker did not answer in time' }), answerWithinMs)
    worker.on('message', onMessage)
    worker.once('exit', onExit)
    const sent: ToWorker = { kind: 'question', id, question }
    tell(worker, sent)
  })
}
