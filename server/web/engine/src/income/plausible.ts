// Figures held against what else is known: the county's ranges, the animals there were, other households of
// the same day, what the household told the acceptance visitor. The twin of `mobile-schema/src/income/plausible.rs`.
import type { Entry, Prompt, PromptRule } from '../schema'
import { elements, own, type Answers } from '../form/answers'
import { isMonth, parseDay } from '../form/calendar'
import { standing } from '../form/lines'
import type { Seen } from './prompt'

/** Households with one amount from which it is asked about. */
const ALIKE = 3
/** The unit of land. */
const MU = '亩'
/** Units of animals that are counted; what is sold by weight says nothing about how many. */
const HEADS = new Set(['头', '只', '口', '羽', '匹', '箱', '群'])
/** Animals, and the item each is sold as. */
const ANIMALS = [['pig', 'business_pig'], ['cattle', 'business_cattle'], ['goat', 'business_goat'], ['poultry', 'business_poultry'], ['bee', 'business_bee']] as const
/** Items with which animals come to the household. */
const COMING = new Set(['expense_young_stock', 'oneoff_stock'])

/** The four rules, in a fixed order. */
export function plausible(seen: Seen): Prompt[] {
  return [...ranges(seen), ...ANIMALS.flatMap((kind) => moreSold(seen, kind)), ...alike(seen.asked.entries, seen.asked.home), ...toldOtherwise(seen)]
}

const text = (line: Answers, name: string): string => { const value = own(line, name); return typeof value === 'string' ? value : '' }
const number = (line: unknown, name: string): number | null => { const value = own(line, name); return typeof value === 'number' ? value : null }
/** A quantity in hundredths; nothing where none is said. */
const hundredths = (line: Answers): number => Math.round((number(line, 'quantity') ?? 0) * 100)

/** Land of a line in hundredths of a mu: its quantity where that is land, else what is said beside it. */
export function land(line: Answers): number {
  return text(line, 'unit').trim() === MU ? hundredths(line) : number(line, 'planted') ?? 0
}

/** Price and yield of every line against the range of its item and unit. */
function ranges({ asked }: Seen): Prompt[] {
  return standing(asked.answers, 'lines').flatMap(([id, line]) => {
    const [item, unit, quantity] = [text(line, 'item'), text(line, 'unit').trim(), number(line, 'quantity') ?? 0]
    const range = asked.catalogue.ranges?.find((one) => one.item === item && one.unit === unit)
    if (!range || quantity <= 0) return []
    const outside = (rule: PromptRule, value: number | null, low: number | null | undefined, high: number | null | undefined): Prompt[] =>
      value !== null && low != null && high != null && (value < low || value > high) ? [{ rule, about: id, values: { high, item, low, unit, value } }] : []
    const amount = number(line, 'amount')
    const price = number(line, 'unit_price') ?? (amount === null ? null : Math.round(amount / quantity))
    const planted = land(line)
    const perMu = planted > 0 && unit !== MU ? Math.round((quantity * 10_000) / planted) : null
    const wide = (bound: number | null | undefined): number | null => (bound == null ? null : bound * 100)
    return [...outside('price_range', price, range.price_low, range.price_high), ...outside('yield_range', perMu, wide(range.yield_low), wide(range.yield_high))]
  })
}

/** Animals in hundredths that a month says of one kind. */
interface Herd { start: number | null; born: number; bought: number; sold: number }

function herdOf(answers: unknown, [animal, item]: readonly [string, string]): Herd {
  const herd: Herd = { start: null, born: 0, bought: 0, sold: 0 }
  for (const [, row] of elements(answers, 'stock').filter(([, one]) => text(one, 'animal') === animal)) {
    const start = number(row, 'start')
    herd.start = start === null ? herd.start : start * 100
    herd.born += (number(row, 'born') ?? 0) * 100
  }
  for (const [, line] of standing(answers, 'lines')) {
    if (!HEADS.has(text(line, 'unit').trim())) continue
    if (text(line, 'item') === item) herd.sold += hundredths(line)
    else if (COMING.has(text(line, 'item')) && text(line, 'animal') === animal) herd.bought += hundredths(line)
  }
  return herd
}

const monthOf = (answers: unknown): string => { const month = own(answers, 'month'); return typeof month === 'string' && isMonth(month) ? month : '' }

/** How many of a kind there were at the start of a month, in hundredths: as it says, else carried over from the
    last month that counted them; null while nobody did. */
export function stockAt(all: readonly unknown[], answers: unknown, kind: readonly [string, string]): number | null {
  const month = monthOf(answers)
  const earlier = all.filter((one) => monthOf(one) !== '' && monthOf(one) < month).sort((a, b) => (monthOf(a) < monthOf(b) ? -1 : monthOf(a) > monthOf(b) ? 1 : 0))
  const have = earlier.reduce<number | null>((before, one) => {
    const herd = herdOf(one, kind)
    const start = herd.start ?? before
    return start === null ? null : Math.max(0, start + herd.born + herd.bought - herd.sold)
  }, null)
  return herdOf(answers, kind).start ?? have
}

/** Animals there were at the start of a month, by code, in hundredths; those nobody ever counted are not there. */
export const stocksAt = (all: readonly unknown[], answers: unknown): { [animal: string]: number } => Object.fromEntries(ANIMALS.flatMap((kind) => { const stock = stockAt(all, answers, kind); return stock === null ? [] : [[kind[0], stock]] }))

/** Animals the month sold by number, by code. */
export const animalsSold = (answers: unknown): string[] => ANIMALS.filter((kind) => herdOf(answers, kind).sold > 0).map(([animal]) => animal)

/** More gone in the month than there were, were born and were bought. */
function moreSold({ asked: { all, answers } }: Seen, kind: readonly [string, string]): Prompt[] {
  const { born, bought, sold } = herdOf(answers, kind)
  const start = stockAt(all, answers, kind)
  if (start === null || sold <= start + born + bought) return []
  return [{ rule: 'more_sold_than_stock', about: kind[1], values: { born, bought, sold, start } }]
}

/** The same amount of one item for at least three households, entered by one person on one day: asked of each of them. */
export function alike(entries: readonly Entry[], home: string): Prompt[] {
  const same = new Map<string, { item: string; amount: number; day: string; households: Set<string> }>()
  for (const { item, amount, day, author, household } of entries) {
    if (amount <= 0) continue
    const key = JSON.stringify([item, amount, day, author])
    const one = same.get(key) ?? { item, amount, day, households: new Set() }
    same.set(key, one)
    one.households.add(household)
  }
  const asked = [...same.values()].filter(({ households }) => households.size >= ALIKE && households.has(home))
  asked.sort((a, b) => (a.item !== b.item ? (a.item < b.item ? -1 : 1) : a.amount !== b.amount ? a.amount - b.amount : a.day < b.day ? -1 : a.day > b.day ? 1 : 0))
  const isFirst = ({ item, amount, day }: (typeof asked)[number], at: number): boolean => asked.findIndex((one) => one.item === item && one.amount === amount && one.day === day) === at
  return asked.filter(isFirst).map(({ item, amount, day }) => ({ rule: 'alike_households', about: item, values: { amount, day } }))
}

/** The year as the file has it, with its last statement, against what the household told the last acceptance
    visit of that year: more than a fifth apart. */
function toldOtherwise({ asked: { visits }, statement, statements, net }: Seen): Prompt[] {
  const year = statement.month.slice(0, 4)
  if (statements.some((one) => one.month.startsWith(year) && one.month > statement.month)) return []
  const said = visits.flatMap((visit) => {
    const [on, told] = [own(visit, 'occurred_on'), number(visit, 'income_as_told')]
    return own(visit, 'visit_type') === 'acceptance' && typeof on === 'string' && parseDay(on) !== null && on.startsWith(year) && told !== null ? [{ on, told }] : []
  })
  const last = said.sort((a, b) => (a.on !== b.on ? (a.on < b.on ? -1 : 1) : a.told - b.told)).at(-1)
  if (!last || Math.abs(net - last.told) * 5 <= last.told) return []
  return [{ rule: 'told_otherwise', about: '', values: { net, on: last.on, told: last.told } }]
}
