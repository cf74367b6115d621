// The income account: both languages add up alike, and what is asked is asked.
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { accountOf, crosses } from '../src/income/account'
import { flipped, inForce } from '../src/income/catalogue'
import { promptsOf, type Asked } from '../src/income/prompt'
import { readStatement } from '../src/income/statement'
import type { Catalogue, IncomeAccount } from '../src/schema'
import { enrolled, type Phone } from './phone'
import { withAutomerge } from './support'

interface Case { statements: unknown[]; month: string; catalogue: Catalogue; line: number | null; account: IncomeAccount }
const { cases } = JSON.parse(readFileSync(new URL('../../../../mobile-schema/generated/vectors/income.json', import.meta.url), 'utf8')) as { cases: Case[] }

describe('an account', () => {
  it.each(cases.map((one, index) => [index, one] as const))('adds up as Rust does: %i', (_, { statements, month, catalogue, line, account }) => {
    expect(accountOf(statements.flatMap((one) => readStatement(one) ?? []), month, catalogue, line)).toEqual(account)
  })

  it('at exactly the line is not above it', () => {
    expect([crosses(1_142_000, 285_500, 4), crosses(1_142_001, 285_500, 4), crosses(5, 0, 0)]).toEqual([false, true, false])
  })
})

const plain: Catalogue = { version: 1, effective_from: '2010-01-01', document: 'd', rulings: [] }
const strict: Catalogue = { version: 2, effective_from: '2015-12-01', document: 'd', rulings: [{ item: 'transfer_pension', counts: false, document: 'd' }] }

describe('a catalogue', () => {
  it('is in force from its day on, and says what it counts otherwise', () => {
    expect(inForce([strict, plain], '2015-11-30')?.version).toBe(1)
    expect(inForce([strict, plain], '2015-12-01')?.version).toBe(2)
    expect(inForce([strict], '2015-11-30')).toBeUndefined()
    expect(flipped(plain, strict, ['wage_local', 'transfer_pension', 'transfer_pension'])).toEqual(['transfer_pension'])
  })
})

const id = (n: number): string => n.toString(16).padStart(32, '0')
const month = (of: string, lines: object[], counted = [id(90)]) => ({
  month: of, catalogue: 1, line_year: 2015, counted: counted.join(' '), lines: Object.fromEntries(lines.map((line, n) => [id(n), { source: 'household', ...line }])),
})
const asking = (now: object, before: object[] = [], more: Partial<Asked> = {}): Asked => {
  const all = [...before, now].flatMap((one) => readStatement(one) ?? [])
  const account = accountOf(all, '2015-11', plain, 285_500)
  return { answers: now, statement: all.at(-1)!, statements: all, household: {}, catalogue: plain, line: 285_500, net: account.year_to_date.net, persons: account.persons, today: '2015-11-20', ...more }
}
const rules = (asked: Asked): string[] => promptsOf(asked).map((one) => one.rule)

describe('a month is asked about', () => {
  it('when an item is more than three times that of last year', () => {
    const last = month('2014-11', [{ item: 'business_pig', amount: 100 }])
    expect(rules(asking(month('2015-11', [{ item: 'business_pig', amount: 301 }]), [last]))).toEqual(['more_than_last_year'])
    expect(rules(asking(month('2015-11', [{ item: 'business_pig', amount: 300 }]), [last]))).toEqual([])
  })

  it('in the year of the exit only: something new and large, and a result just above the line', () => {
    const now = month('2015-11', [{ item: 'business_pepper', amount: 285_501 }])
    expect(rules(asking(now))).toEqual([])
    expect(rules(asking(now, [], { household: { planned_exit_year: 2015 } }))).toEqual(['new_large_item', 'just_above_line'])
    const far = month('2015-11', [{ item: 'business_pepper', amount: 299_776 }])
    expect(rules(asking(far, [], { household: { planned_exit_year: 2015 } }))).toEqual(['new_large_item'])
  })

  it('when a student, somebody over 75 or somebody disabled earns a wage', () => {
    const members = { [id(1)]: { name: '田小某', student_status: 'senior' }, [id(2)]: { name: '田大某', birth_date: '1939-11-21' }, [id(3)]: { name: '田中某', health: 'chronic disabled' }, [id(4)]: { name: '李某', birth_date: '1939-11-19' } }
    const lines = [1, 2, 3, 4].map((n) => ({ item: 'wage_local', amount: 100, member: id(n) }))
    const asked = promptsOf(asking(month('2015-11', lines), [], { household: { members } }))
    expect(asked.map((one) => [one.values['name'], one.values['why']])).toEqual([['田小某', 'student'], ['田中某', 'disabled'], ['李某', 'old']])
  })

  it('when crops stand on more land than there is', () => {
    const now = month('2015-11', [{ item: 'business_pepper', amount: 100, quantity: 5, unit: '亩' }])
    expect(rules(asking(now, [], { household: { cultivated: 499 } }))).toEqual(['more_land_than_there_is'])
    expect(rules(asking(now, [], { household: { cultivated: 500 } }))).toEqual([])
  })
})

describe('on the phone', () => {
  beforeAll(withAutomerge)

  it('a month is begun once, prefilled with what the file says, and is the same record everywhere', async () => {
    const [one, other] = [await enrolled(), await enrolled()]
    const ids = []
    for (const here of [one, other]) ids.push(await november(here))
    const [first, second] = ids
    expect(first?.month).toBe(await one.engine.begin('income', first?.home ?? '', '2016-01'))
    expect(first?.home === second?.home).toBe(first?.month === second?.month)
    const { account, members } = await one.engine.income(first?.month ?? '')
    expect([account.persons, account.in_month.net, account.needed]).toEqual([1, 240_000, 295_200])
    expect(members.map((member) => [member.name, member.counted])).toEqual([['田大某', true], ['田小某', false]])
    const { documents, complete } = await one.engine.dossier(first?.home ?? '', '2016-01')
    expect(documents.map((document) => document.kind)).toEqual(['registration', 'income', 'ledger', 'agreement', 'card'])
    expect(documents[1]).toMatchObject({ state: 'complete', signing: 'none' })
    expect(complete).toBe(documents.filter((document) => document.state === 'complete').length)
  })

  it('what says which record it is cannot be written over', async () => {
    const here = await enrolled()
    const { month } = await november(here)
    await expect(here.engine.put(month, 'month', '2015-12')).rejects.toMatchObject({ code: 'read_only' })
    await expect(here.engine.put(month, 'household_remark', '路修好了')).resolves.toBeTruthy()
  })
})

async function november({ engine }: Phone): Promise<{ home: string; month: string }> {
  const home = await engine.addHousehold('500114101201', { address: '3组7号', in_system: 'in' })
  await engine.addElement(home, 'members', { name: '田大某', relation: '02', sex: '1', health: 'healthy', labour: 'ordinary' })
  await engine.addElement(home, 'members', { name: '田小某', relation: '20', sex: '1', shares_budget: false })
  const month = await engine.begin('income', home, '2016-01')
  const head = (await engine.income(month)).members.find((one) => one.counted)?.id ?? ''
  await engine.addElement(month, 'lines', { item: 'wage_local', member: head, amount: 240_000, source: 'household' })
  return { home, month }
}
