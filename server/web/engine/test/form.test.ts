// The vectors of `mobile-schema`: both languages evaluate, check and judge alike.
import { readFileSync } from 'node:fs'
import type { Expression, Finding, Form } from '@schema/form'
import { describe, expect, it } from 'vitest'
import { answerAt, own } from '../src/form/answers'
import { dateInShanghai, dayFromEpoch, daysSinceEpoch } from '../src/form/calendar'
import { check, headline, isComplete } from '../src/form/check'
import { formatHundredths, idNumber, parseHundredths } from '../src/form/codes'
import { evaluate } from '../src/form/expression'
import { states } from '../src/form/lines'
import { fromJson, toJson } from '../src/form/value'

function read<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(`../../../../mobile-schema/${path}`, import.meta.url), 'utf8')) as T
}

interface ExpressionFile {
  today: string
  answers: unknown
  cases: { expression?: string; tree: Expression; answers?: unknown; element?: string; this?: unknown; expected: unknown }[]
}

interface CheckFile {
  today: string
  cases: { name: string; form: string; answers: unknown; today?: string; findings: Finding[] }[]
}

function form(id: string): Form {
  const file = `${id.replace('/', '.')}.json`
  return read<Form>(id.startsWith('sample/') ? `generated/vectors/${file}` : `generated/forms/${file}`)
}

describe.each(['expression', 'random'])('%s vectors', (name) => {
  const file = read<ExpressionFile>(`generated/vectors/${name}.json`)
  it.each(file.cases.map((one, index) => [one.expression ?? `tree ${index}`, one] as const))('%s', (_, one) => {
    const answers = 'answers' in one ? one.answers : file.answers
    const element = one.element ? own(own(answers, 'people'), one.element) as Record<string, unknown> : undefined
    const value = evaluate(one.tree, { answers, element, self: fromJson(one.this), today: file.today })
    expect(toJson(value)).toEqual(one.expected)
  })
})

describe('check vectors', () => {
  const file = read<CheckFile>('generated/vectors/check.json')
  it.each(file.cases.map((one) => [one.name, one] as const))('%s', (_, one) => {
    expect(check(form(one.form), one.answers, one.today ?? file.today)).toEqual(one.findings)
  })
})

describe('identity numbers', () => {
  const file = read<{ cases: { text: string; today: string; result: unknown }[] }>('vectors/id_number.json')
  it.each(file.cases.map((one) => [one.text, one.today, one.result] as const))('%s on %s', (text, today, result) => {
    expect(idNumber(text, today)).toEqual(result)
  })
})

describe('lines', () => {
  const file = read<{ cases: { name: string; states: unknown }[] }>('vectors/lines.json')
  it.each(file.cases.map((one) => [one.name, one] as const))('%s', (_, one) => {
    expect(states(one, 'lines')).toEqual(one.states)
  })
})

describe('forms', () => {
  const household = form('household/1')
  const id = 'a'.repeat(32)

  it('finds no answers in prototypes', () => {
    expect(answerAt({ members: { [id]: { name: '甲' } } }, `members/${id}/name`)).toBe('甲')
    expect(answerAt({}, 'constructor')).toBeUndefined()
    expect(check(household, JSON.parse('{"__proto__":{"address":"x"}}'), '2015-12-22')).not.toEqual([])
  })

  it('calls a household by its head, before that by its address', () => {
    const answers = { address: '土坝村', head_member_id: id, members: { [id]: { name: '冉某' } } }
    expect(headline(household, answers, '2015-12-22')).toBe('冉某')
    expect(headline(household, { address: '土坝村' }, '2015-12-22')).toBe('土坝村')
    expect(headline(household, 'nonsense', '2015-12-22')).toBe('')
  })

  it('lets a record with warnings only be submitted', () => {
    const finding = { path: '', code: 'constraint' as const, message: { zh: '', en: '' } }
    expect(isComplete([{ ...finding, severity: 'warning' }])).toBe(true)
    expect(isComplete([{ ...finding, severity: 'error' }])).toBe(false)
  })
})

describe('arithmetic', () => {
  it('counts days as Rust does', () => {
    for (let days = -719_162; days <= 2_932_896; days += 997) {
      const day = dayFromEpoch(days)
      expect(day && daysSinceEpoch(day)).toBe(days)
    }
    expect(dateInShanghai(1_450_713_600_000)).toBe('2015-12-22')
    expect(dateInShanghai(1_450_713_599_999)).toBe('2015-12-21')
  })

  it('reads and writes money without floating point', () => {
    expect(parseHundredths('0.07')).toBe(7)
    expect(parseHundredths('-12.5')).toBe(-1250)
    expect(parseHundredths('1.005')).toBeNull()
    expect(formatHundredths(-1250)).toBe('-12.50')
    expect(formatHundredths(1200)).toBe('12')
  })
})
