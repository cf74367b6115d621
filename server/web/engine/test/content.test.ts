// The canonical content of a record: what enters it, what does not, and that its digest moves with every answer.
import { beforeAll, describe, expect, it } from 'vitest'
import { canonical, contentDigest, contentOf, differences, shortCode } from '../src/document/content'
import * as D from '../src/document/document'
import { documentAt, makerOf } from '../src/document/history'
import { hashText, MORNING, withAutomerge } from './support'

const ANNA = '0a'.repeat(8) + '01'.repeat(8)
const BERT = '0b'.repeat(8) + '02'.repeat(8)
const MEMBER = 'e1'.repeat(16)
const RECORD = '00'.repeat(16)

beforeAll(withAutomerge)

const empty = () => D.createDocument(ANNA, ['members', 'attestations'], [], MORNING)
const put = (document: D.Document, path: string, value: string | number | null, actor = ANNA) =>
  D.putAll(D.openDocument(D.saveDocument(document), actor), [{ path, value }], MORNING)

describe('canonical JSON', () => {
  it('sorts keys by their UTF-16 units and writes scalars as ECMAScript does', () => {
    const astral = '\u{1F600}'
    expect(canonical({ [astral]: 1, '\ue000': 2, a: -0, 'é': '\u2028"\n' })).toBe(`{"a":0,"é":"\u2028\\"\\n","${astral}":1,"\ue000":2}`)
    expect(canonical([1e21, 0.1, true, null])).toBe('[1e+21,0.1,true,null]')
  })
})

describe('content', () => {
  it('has no empty answers, no empty maps and no attestations', () => {
    let document = put(put(put(empty(), 'address', '小南村3组'), 'phone', ''), 'group_name', null)
    document = D.addElement(document, 'members', MEMBER, [], MORNING)
    expect(contentOf(document)).toEqual({ address: '小南村3组' })
    document = D.addElement(document, 'attestations', MEMBER, [{ path: `attestations/${MEMBER}/role`, value: 'town' }], MORNING)
    expect(contentOf(document)).toEqual({ address: '小南村3组' })
  })

  it('holds concurrent values of every field, equal ones once, whoever won', () => {
    const base = D.addElement(put(empty(), 'phone', '1'), 'members', MEMBER, [{ path: `members/${MEMBER}/name`, value: '甲' }], MORNING)
    const theirs = put(put(put(base, 'phone', '3', BERT), 'address', '同', BERT), `members/${MEMBER}/name`, '丙', BERT)
    const ours = put(put(put(base, 'phone', '2'), 'address', '同'), `members/${MEMBER}/name`, '乙')
    const both = D.absorb(D.openDocument(D.saveDocument(ours), ANNA), D.changesSince(theirs, []), ANNA)
    const other = D.absorb(D.openDocument(D.saveDocument(theirs), BERT), D.changesSince(ours, []), BERT)
    expect(contentOf(both)).toEqual({ phone: ['2', '3'], address: '同', members: { [MEMBER]: { name: ['丙', '乙'] } } })
    expect(canonical(contentOf(other))).toBe(canonical(contentOf(both)))
  })

  it('counts no answer among concurrent ones as null, and sorts as bytes of UTF-8', () => {
    const base = put(empty(), 'phone', '1')
    const of = (first: string | null, second: string | null) => {
      const theirs = put(D.openDocument(D.saveDocument(base), BERT), 'phone', first, BERT)
      const ours = put(D.openDocument(D.saveDocument(base), ANNA), 'phone', second)
      return contentOf(D.absorb(ours, D.changesSince(theirs, []), ANNA))
    }
    expect(of('', null)).toEqual({})
    expect(of('2', '')).toEqual({ phone: ['2', null] })
    expect(of('\u{1F600}', '\ue000')).toEqual({ phone: ['\ue000', '\u{1F600}'] })
  })

  it('of an old version is found again under its heads', async () => {
    const first = put(empty(), 'address', '甲')
    const heads = D.headsOf(first)
    const later = put(put(first, 'address', '乙'), 'phone', '1')
    expect(contentOf(documentAt(later, heads))).toEqual({ address: '甲' })
    expect(differences(contentOf(documentAt(later, heads)), contentOf(later))).toEqual([
      { path: 'address', old: '甲', new: '乙' }, { path: 'phone', old: null, new: '1' },
    ])
  })

  it('has the digest of its canonical text, and a code of six digits of it', async () => {
    const digest = await contentDigest({ address: '甲' }, 'household/1', RECORD)
    expect(digest).toBe(await hashText(`{"content":{"address":"甲"},"form":"household/1","record":"${RECORD}","v":1}`))
    expect(shortCode('7f3a91' + '0'.repeat(58))).toBe('7F3A-91')
    expect(await contentDigest({ address: '甲' }, 'household/2', RECORD)).not.toBe(digest)
  })
})

describe('the maker of an element', () => {
  it('is the change that made it, alone when that change wrote nothing else', () => {
    const first = put(empty(), 'address', '甲')
    const fields = [{ path: `attestations/${MEMBER}/role`, value: 'town' }, { path: `attestations/${MEMBER}/stance`, value: 'agree' }]
    const heads = D.headsOf(first)
    const again = D.openDocument(D.saveDocument(first), ANNA)
    const signed = D.addElement(first, 'attestations', MEMBER, fields, MORNING)
    expect(makerOf(signed, 'attestations', MEMBER)).toEqual({ hash: D.headsOf(signed)[0], deps: heads, alone: true, lastOp: 6 })
    const mixed = D.addElement(again, 'attestations', MEMBER, [...fields, { path: 'phone', value: '1' }], MORNING)
    expect(makerOf(mixed, 'attestations', MEMBER)).toMatchObject({ alone: false })
    expect(makerOf(signed, 'attestations', 'ff'.repeat(16))).toBeNull()
  })
})
