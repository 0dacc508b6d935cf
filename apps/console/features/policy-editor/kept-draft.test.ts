import { expect, test } from 'vitest'
import { isOvertaken, parseDraft } from './kept-draft.ts'

const draft = { text: 'kind: HTTPRoute\n', basedOn: 4 }

test('what was kept is read again, and what is no draft is none', () => {
  expect(parseDraft(JSON.stringify(draft))).toEqual(draft)
  expect([null, 'null', '{', '7', '{"text":1,"basedOn":4}', '{"text":"a"}'].map(parseDraft)).toEqual(
    Array.from({ length: 6 }),
  )
})

test('a draft is overtaken when another tab keeps another text or none, and not by the same text', () => {
  const kept = [JSON.stringify({ ...draft, text: 'kind: RateLimit\n' }), null, JSON.stringify(draft)]

  expect(kept.map((each) => isOvertaken(draft, each))).toEqual([true, true, false])
})
