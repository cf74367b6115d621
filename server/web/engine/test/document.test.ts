// Documents: the shapes of changes the server's gate will judge, and what concurrent edits leave behind.
import { beforeAll, describe, expect, it } from 'vitest'
import { toHex } from '../src/bytes'
import { readChanges } from '../src/document/chunk'
import * as D from '../src/document/document'
import { MORNING, withAutomerge } from './support'

const ANNA = '0a'.repeat(8) + '01'.repeat(8)
const BERT = '0b'.repeat(8) + '02'.repeat(8)
const MEMBER = 'e1'.repeat(16)

beforeAll(withAutomerge)

const household = () => D.createDocument(ANNA, ['members'], [{ path: 'address', value: '小南村3组', type: 'text' }], MORNING)
const copyFor = (document: D.Document, actor: string) => D.openDocument(D.saveDocument(document), actor)

function merged(first: D.Document, second: D.Document): D.Document {
  return D.absorb(first, D.changesSince(second, []), ANNA)
}

describe('a document', () => {
  it('begins with exactly one root change holding all containers', async () => {
    const changes = await readChanges(D.changesSince(household(), []))
    expect(changes).toHaveLength(1)
    expect(D.answersOf(household())).toEqual({ members: {}, address: '小南村3组' })
    expect(D.headsOf(household())).toEqual([changes[0]?.hash])
  })

  it('makes one change per edit and none when the value is the same', async () => {
    const document = household()
    const heads = D.headsOf(document)
    const same = D.putAll(document, [{ path: 'address', value: '小南村3组' }], MORNING)
    expect(D.changesSince(same, heads)).toHaveLength(0)
    const changed = D.putAll(same, [{ path: 'address', value: '小南村4组' }], MORNING)
    expect(await readChanges(D.changesSince(changed, heads))).toHaveLength(1)
  })

  it('keeps numbers by the type of their field', () => {
    const document = D.putAll(household(), [{ path: 'a', value: 3, type: 'decimal' }, { path: 'b', value: 3, type: 'money' }], MORNING)
    expect(D.answersOf(document)).toMatchObject({ a: 3, b: 3 })
  })

  it('shows distinct concurrent values with their authors, and equal ones not at all', () => {
    const base = D.putAll(household(), [{ path: 'severity', value: 'light' }], MORNING)
    const anna = D.putAll(copyFor(base, ANNA), [{ path: 'severity', value: 'severe' }, { path: 'phone', value: '1' }], MORNING + 1000)
    const bert = D.putAll(copyFor(base, BERT), [{ path: 'severity', value: 'moderate' }, { path: 'phone', value: '1' }], MORNING + 2000)
    const both = merged(anna, bert)
    const values = D.concurrentAt(both, 'severity')
    expect(values.map((one) => one.value).sort()).toEqual(['moderate', 'severe'])
    expect(values[0]?.value).toBe(D.answersOf(both)['severity'])
    expect(values.find((one) => one.value === 'moderate')).toMatchObject({ actor: BERT, madeAt: MORNING + 2000 })
    expect(D.concurrentAt(both, 'phone')).toEqual([])
  })

  it('settles a conflict by writing the chosen value, even the winning one', () => {
    const base = D.putAll(household(), [{ path: 'severity', value: 'light' }], MORNING)
    const anna = D.putAll(copyFor(base, ANNA), [{ path: 'severity', value: 'severe' }], MORNING)
    const bert = D.putAll(copyFor(base, BERT), [{ path: 'severity', value: 'moderate' }], MORNING)
    const both = merged(anna, bert)
    const winner = D.concurrentAt(both, 'severity')[0]?.value ?? null
    const heads = D.headsOf(both)
    const settled = D.putAll(both, [{ path: 'severity', value: winner }], MORNING)
    expect(D.changesSince(settled, heads).length).toBeGreaterThan(0)
    expect(D.concurrentAt(settled, 'severity')).toEqual([])
    expect(D.answersOf(settled)['severity']).toBe(winner)
  })

  it('keeps an edit inside an element that another phone marked as gone', () => {
    const base = D.addElement(household(), 'members', MEMBER, [{ path: `members/${MEMBER}/name`, value: '田某' }], MORNING)
    const anna = D.putAll(copyFor(base, ANNA), [{ path: `members/${MEMBER}/deleted_at`, value: '2016-01-05' }], MORNING)
    const bert = D.putAll(copyFor(base, BERT), [{ path: `members/${MEMBER}/name`, value: '田某某' }], MORNING)
    const answers = D.answersOf(merged(anna, bert))
    expect(answers['members']).toEqual({ [MEMBER]: { name: '田某某', deleted_at: '2016-01-05' } })
  })

  it('refuses changes whose dependencies are missing', () => {
    const first = household()
    const heads = D.headsOf(first)
    const second = D.putAll(first, [{ path: 'phone', value: '1' }], MORNING)
    const orphan = D.changesSince(second, heads)
    expect(() => D.absorb(null, orphan, BERT)).toThrow()
  })

  it('tells which paths its changes wrote', async () => {
    let document = D.addElement(household(), 'members', MEMBER, [{ path: `members/${MEMBER}/name`, value: '田某' }], MORNING)
    const heads = D.headsOf(document)
    document = D.putAll(document, [{ path: `members/${MEMBER}/relation`, value: '01' }, { path: 'phone', value: '1' }], MORNING)
    const changes = await readChanges(D.changesSince(document, heads))
    expect(D.pathsWritten(document, changes.map((one) => one.bytes)).sort()).toEqual([`members/${MEMBER}/relation`, 'phone'])
  })

  it('names every change as Automerge does', async () => {
    const document = D.putAll(household(), [{ path: 'phone', value: '1' }], MORNING)
    const changes = await readChanges(D.changesSince(document, []))
    expect(changes.at(-1)?.hash).toBe(D.headsOf(document)[0])
    expect(toHex(changes[0]!.bytes).startsWith('856f4a83')).toBe(true)
  })
})
