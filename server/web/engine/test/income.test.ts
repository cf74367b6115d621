// The income account: both languages add up alike, and what is asked is asked.
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { accountOf, crosses, signsAgain } from '../src/income/account'
import { flipped, inForce } from '../src/income/catalogue'
import { alike } from '../src/income/plausible'
import { answerTo, promptName, promptsOf, type Asked } from '../src/income/prompt'
import { readStatement } from '../src/income/statement'
import type { Catalogue, Entry, IncomeAccount, Prompt } from '../src/schema'
import { enrolled, type Phone } from './phone'
import { withAutomerge } from './support'

interface Case { statements: unknown[]; month: string; catalogue: Catalogue; line: number | null; account: IncomeAccount; over: number | null; net_under_newer: number; crosses_under_newer: boolean | null; signs_again: boolean }
const { cases } = JSON.parse(readFileSync(new URL('../../../../mobile-schema/generated/vectors/income.json', import.meta.url), 'utf8')) as { cases: Case[] }

describe('an account', () => {
  it.each(cases.map((one, index) => [index, one] as const))('adds up as Rust does: %i', (_, { statements, month, catalogue, line, account }) => {
    expect(accountOf(statements.flatMap((one) => readStatement(one) ?? []), month, catalogue, line)).toEqual(account)
  })

  it.each(cases.map((one, index) => [index, one] as const))('under newer rulings is signed again when Rust says so: %i', (_, { account, over, net_under_newer: net, crosses_under_newer: crosses, signs_again: again }) => {
    expect(signsAgain(account, { ...account, crosses, year_to_date: { ...account.year_to_date, net } }, over)).toBe(again)
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

const prompts = JSON.parse(readFileSync(new URL('../../../../mobile-schema/generated/vectors/prompts.json', import.meta.url), 'utf8')) as {
  home: string; today: string; catalogue: Catalogue; cases: { statements: unknown[]; household: unknown; visits: unknown[]; entries: Entry[]; line: number | null; prompts: (Prompt & { name: string })[] }[]
}

describe('what is asked', () => {
  it.each(prompts.cases.map((one, index) => [index, one] as const))('is what Rust asks, under the same name: %i', (_, { statements, household, visits, entries, line, prompts: asked }) => {
    const { home, today, catalogue } = prompts
    const found = promptsOf({ answers: statements.at(-1), all: statements, household, visits, entries, home, catalogue, line, today })
    expect(found.map((one) => ({ ...one, name: promptName(one) }))).toEqual(asked)
  })

  it('is every rule of the handbook', () => {
    expect([...new Set(prompts.cases.flatMap((one) => one.prompts.map(({ rule }) => rule)))].sort()).toEqual([
      'alike_households', 'just_above_line', 'more_land_than_there_is', 'more_sold_than_stock', 'more_than_last_year', 'new_large_item', 'price_range', 'told_otherwise', 'unlikely_earner', 'yield_range',
    ])
  })
})

const id = (n: number): string => n.toString(16).padStart(32, '0')
const month = (of: string, lines: object[], more: object = {}) => ({
  month: of, catalogue: 1, line_year: 2015, counted: id(90), lines: Object.fromEntries(lines.map((line, n) => [id(n), { source: 'household', ...line }])), ...more,
})
const asking = (now: object, before: object[] = [], more: Partial<Asked> = {}): Asked =>
  ({ answers: now, all: [...before, now], household: {}, visits: [], entries: [], home: 'h', catalogue: plain, line: 285_500, today: '2015-11-20', ...more })
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
    const now = month('2015-11', [{ item: 'business_pepper', amount: 100, quantity: 5, unit: '亩' }, { item: 'business_grain', amount: 100, quantity: 800, unit: '斤', planted: 100 }])
    expect(rules(asking(now, [], { household: { cultivated: 599 } }))).toEqual(['more_land_than_there_is'])
    expect(rules(asking(now, [], { household: { cultivated: 600 } }))).toEqual([])
  })

  it('when a price or a yield is outside the range of the county, and in no other unit', () => {
    const catalogue: Catalogue = { ...plain, ranges: [{ item: 'business_grain', unit: '斤', price_low: 100, price_high: 200, yield_low: 400, yield_high: 900 }] }
    const of = (line: object): string[] => rules(asking(month('2015-11', [{ item: 'business_grain', amount: 90_000, quantity: 450, unit: '斤', planted: 100, ...line }]), [], { catalogue }))
    expect(of({})).toEqual([])
    expect(of({ amount: 90_300 })).toEqual(['price_range'])
    expect(of({ unit_price: 99 })).toEqual(['price_range'])
    expect(of({ planted: 40 })).toEqual(['yield_range'])
    expect(of({ planted: undefined })).toEqual([])
    expect(of({ unit: '公斤', unit_price: 1 })).toEqual([])
  })

  it('when more animals went than there were; what there was is counted once and carried over', () => {
    const september = month('2015-09', [{ item: 'expense_young_stock', animal: 'pig', quantity: 2, unit: '头', amount: 100 }], { stock: { [id(1)]: { animal: 'pig', start: 3, born: 1 } } })
    const october = month('2015-10', [{ item: 'business_pig', quantity: 4, unit: '头', amount: 100 }])
    const november = (heads: number, unit = '头') => asking(month('2015-11', [{ item: 'business_pig', quantity: heads, unit, amount: 100 }]), [september, october])
    expect(rules(november(2))).toEqual([])
    expect(promptsOf(november(3))).toEqual([{ rule: 'more_sold_than_stock', about: 'business_pig', values: { born: 0, bought: 0, sold: 300, start: 200 } }])
    expect(rules(november(300, '斤'))).toEqual([])
    expect(rules(asking(month('2015-11', [{ item: 'business_pig', quantity: 30, unit: '头', amount: 100 }])))).toEqual([])
  })

  it('when one person entered the same amount for three households on one day', () => {
    const entry = (household: string, more: Partial<Entry> = {}): Entry => ({ author: 'a', day: '2015-11-02', household, item: 'wage_local', amount: 5_000, ...more })
    const three = [entry('h'), entry('i'), entry('i'), entry('j')]
    expect(alike(three, 'h')).toEqual([{ rule: 'alike_households', about: 'wage_local', values: { amount: 5_000, day: '2015-11-02' } }])
    expect(alike(three, 'k')).toEqual([])
    for (const other of [{ author: 'b' }, { day: '2015-11-03' }, { item: 'wage_migrant' }, { amount: 5_001 }]) expect(alike([entry('h'), entry('i'), entry('j', other)], 'h')).toEqual([])
  })

  it('when the year on file is more than a fifth from what the household told the acceptance visitor', () => {
    const now = month('2015-11', [{ item: 'wage_local', amount: 120_000 }])
    const visit = (told: number, more: object = {}) => ({ visit_type: 'acceptance', occurred_on: '2015-12-02', income_as_told: told, ...more })
    const of = (...visits: object[]) => rules(asking(now, [], { visits }))
    expect([of(visit(100_000)), of(visit(99_999)), of(visit(150_000)), of(visit(150_001))]).toEqual([[], ['told_otherwise'], [], ['told_otherwise']])
    expect([of(visit(1, { visit_type: 'routine' })), of(visit(1, { occurred_on: '2014-12-31' })), of(visit(1), visit(120_000, { occurred_on: '2015-12-03' }))]).toEqual([[], [], []])
    expect(rules(asking(now, [month('2015-12', [])], { visits: [visit(1)] }))).toEqual([])
  })

  it('until somebody answers, and again when what it is about changes', () => {
    const answer = { rule: 'more_than_last_year:301/100', line: 'business_pig', answer: 'household_confirms' }
    const last = month('2014-11', [{ item: 'business_pig', amount: 100 }])
    const now = (amount: number) => month('2015-11', [{ item: 'business_pig', amount }], { prompts: { [id(7)]: answer } })
    const open = (amount: number) => promptsOf(asking(now(amount), [last])).map((one) => answerTo(now(amount), one)?.['answer'] ?? null)
    expect([open(301), open(302)]).toEqual([['household_confirms'], [null]])
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

  it('the same amount in three houses on one day is asked about in each, until it is answered', async () => {
    const { engine } = await enrolled()
    const months: string[] = []
    for (const fen of [5_000, 5_000, 5_000, 7_000]) {
      const home = await engine.addHousehold('500114101201', { address: '3组', in_system: 'in' })
      const month = await engine.begin('income', home, '2016-01')
      await engine.addElement(month, 'lines', { item: 'property_interest', amount: fen, source: 'household' })
      months.push(month)
    }
    const asked = async (at: number) => (await engine.income(months[at] ?? '')).prompts
    expect([(await asked(0)).map((one) => one.rule), (await asked(2)).map((one) => one.rule), await asked(3)]).toEqual([['alike_households'], ['alike_households'], []])
    await engine.answerPrompt(months[0] ?? '', (await asked(0))[0]!, '问', 'household_confirms')
    expect([await asked(0), (await asked(1)).length]).toEqual([[], 1])
  })

  it('animals are counted once, and what an acceptance visitor was told is held against the year', async () => {
    const { engine } = await enrolled()
    const home = await engine.addHousehold('500114101201', { address: '3组', in_system: 'in' })
    const [december, january] = [await engine.begin('income', home, '2015-12'), await engine.begin('income', home, '2016-01')]
    await engine.addElement(december, 'stock', { animal: 'pig', start: 1 })
    expect((await engine.income(january)).stock).toEqual([{ animal: 'pig', start: 100, element: null }])
    await engine.addElement(january, 'lines', { item: 'business_pig', amount: 360_000, quantity: 2, unit: '头', source: 'household' })
    const visit = await engine.startVisit(home, 'acceptance')
    await engine.put(visit, 'met', 'head')
    await engine.put(visit, 'income_as_told', 200_000)
    expect((await engine.income(january)).prompts.map((one) => [one.rule, one.values['told'] ?? one.values['start']])).toEqual([['more_sold_than_stock', 100], ['told_otherwise', 200_000]])
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
