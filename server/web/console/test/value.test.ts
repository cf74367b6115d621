// Stored scalars in words, and a record laid out for reading.
import { describe, expect, it } from 'vitest'
import { addWords } from '@ui/i18n'
import zh from '../src/i18n/zh-CN.json'
import { layOut } from '../src/records/lines'
import type { Answers, Field, FieldChange, Form } from '../src/schema'
import { looksSame, pathLabel, showValue } from '../src/value'

addWords({ 'zh-CN': zh, en: () => import('../src/i18n/en.json') })

const field = (name: string, type: Field['type'], more: Partial<Field> = {}): Field =>
  ({ name, type, label: { zh: `题-${name}`, en: name }, privacy: 'P1', ...more })
const choices = [
  { code: 'policy', label: { zh: '政策宣讲', en: 'Policy' } },
  { code: 'civic', label: { zh: '文明新风', en: 'Civic' } },
]
const members = field('members', 'repeat', { fields: [field('name', 'text'), field('id_no', 'id_number')] })
const form: Form = {
  name: 'household', version: 1, title: { zh: '农户', en: 'Household' },
  sections: [{ name: 'home', title: { zh: '住址', en: 'Home' }, fields: [field('address', 'text'), field('hint', 'note'), members] }],
}
const one = 'a'.repeat(32)
const two = 'b'.repeat(32)
const answers: Answers = {
  address: '上坝', later: 'kept',
  members: { [one]: { name: '甲' }, [two]: { name: '乙', deleted_at: '2026-11-02' } },
}

describe('a value', () => {
  it('is shown in the words of its field', () => {
    expect(showValue(field('m', 'money'), 123_450)).toBe('1234.50元')
    expect(showValue(field('a', 'area'), 325)).toBe('3.25亩')
    expect(showValue(field('b', 'boolean'), false)).toBe('否')
    expect(showValue(field('s', 'select_one', { choices }), 'policy')).toBe('政策宣讲')
    expect(showValue(field('s', 'select_many', { choices }), 'policy civic')).toBe('政策宣讲、文明新风')
    expect(showValue(field('r', 'member_ref', { target: 'members' }), one, answers)).toBe('甲')
    expect(showValue(field('t', 'text'), null)).toBe('未填')
  })
  it('of a newer form or list is shown as it is stored', () => {
    expect(showValue(undefined, 'raw')).toBe('raw')
    expect(showValue(field('s', 'select_one', { choices }), 'newer')).toBe('newer')
    expect(showValue(field('n', 'integer'), 'not a number')).toBe('not a number')
  })
  it('that is an identity number shows four characters, and says when hidden ones differ', () => {
    const number = field('id_no', 'id_number')
    expect(showValue(number, '999999190001010015')).toBe('•••• 0015')
    expect(showValue(number, '••••0015')).toBe('•••• 0015')
    expect(showValue(field('bank_account', 'text', { masked: true }), '6229990001112223334')).toBe('•••• 3334')
    expect(looksSame(number, '••••0015', '••••0015')).toBe(true)
    expect(looksSame(number, '••••0015', '••••0016')).toBe(false)
    expect(looksSame(field('name', 'text'), '甲', '甲')).toBe(false)
  })
})

describe('a record', () => {
  const change = (path: string): FieldChange =>
    ({ path, old: null, new: 'x', person_name: '甲', device: 'd', made_at: 1, received_at: 2, change: 'c' })
  it('is laid out by its form, removed elements marked and unknown fields kept', () => {
    const blocks = layOut(form, answers, [change('address'), change('address'), change(`members/${one}/id_no`)])
    expect(blocks.map((block) => [block.title, block.removed, block.lines.map((line) => line.path)])).toEqual([
      ['住址', null, ['address']],
      ['题-members · 甲', null, [`members/${one}/name`, `members/${one}/id_no`]],
      ['题-members · 乙', '2026-11-02', [`members/${two}/name`]],
      ['本版表格以外的项目', null, ['later']],
    ])
    expect(blocks[0]?.lines[0]?.changes).toHaveLength(2)
  })
  it('names a field by its element, when the element is known', () => {
    expect(pathLabel(form, `members/${one}/id_no`, answers)).toBe('题-members · 甲 · 题-id_no')
    expect(pathLabel(form, `members/${one}/id_no`, null)).toBe('题-members · 题-id_no')
    expect(pathLabel(form, 'later', answers)).toBe('later')
  })
})
