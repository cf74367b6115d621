// The pages that are left with a household (D3 明白卡) or closed with it (D1 脱贫台账), put together from its
// file: sections of a label and a value. Always Chinese, as everything a household is read. No number of an
// identity card or an account is on them, wherever somebody may have written one.
import type { IncomeAccount } from '../schema'
import { own } from '../form/answers'
import { standing } from '../form/lines'
import { perHead, yuan } from '../income/yuan'

export type SheetKind = 'card' | 'ledger'
export type SheetLine = [label: string, value: string]
export interface SheetSection { lines: SheetLine[]; title: string }
export interface Sheet { kind: SheetKind; sections: SheetSection[]; year: string }

/** What a sheet is made from. Answers as stored; the newest first. */
export interface HouseholdFile {
  year: string
  name: string
  /** Village and group. */
  place: string
  people: number
  home: unknown
  /** The team in this village. */
  helpers: string[]
  measures: unknown[]
  projects: unknown[]
  difficulties: unknown[]
  /** As of the last statement of the year. */
  account: IncomeAccount | null
  /** The label of a code; a field of one of the forms. */
  label: (form: string, field: string, code: unknown) => string
}

/** Largest text of the field `sheet`. */
const MOST = 2600
const LONGEST = 100
const HOTLINE = '12317'

export function cardSheet(file: HouseholdFile): Sheet {
  const { helpers, home, label } = file
  return fitting('card', file.year, [
    section('家庭', [
      ['户主', file.name], ['住址', file.place], ['人口', `${file.people}人`], ['主要致贫原因', label('household', 'main_cause', own(home, 'main_cause'))],
      ['计划越线年度', text(own(home, 'planned_exit_year'))],
    ]),
    section('谁在帮您', [['帮扶人', [...helpers].sort(byText).join('、')], ['监督电话', HOTLINE]]),
    section('今年的帮扶措施', measureLines(file), '没有登记'),
    section('到您家的项目', inOrder(file.projects.map((one) => [text(own(one, 'project_name')), progressOf(one)])), '没有登记'),
    section('今年的收入', incomeLines(file.account), '还没有记'),
  ])
}

export function ledgerSheet(file: HouseholdFile): Sheet {
  const { home, label, year } = file
  const solved = file.difficulties.filter((one) => own(one, 'state') === 'solved' && text(own(one, 'solved_on')).startsWith(year))
  return fitting('ledger', year, [
    section('家庭', [
      ['户主', file.name], ['住址', file.place], ['人口', `${file.people}人`], ['户状态', label('household', 'status', own(home, 'status'))],
      ['计划越线年度', text(own(home, 'planned_exit_year'))],
    ]),
    section('帮扶措施', measureLines(file), '没有登记'),
    section('项目和资金', inOrder(file.projects.map((one) => [text(own(one, 'project_name')), [progressOf(one), moneyOf(one)].filter(Boolean).join('，')])), '没有登记'),
    section('解决的困难', inOrder(solved.map((one) => [label('difficulty', 'category', own(one, 'category')), `${text(own(one, 'description'))}（${text(own(one, 'solved_on'))}解决）`])), '没有登记'),
    section('全年收入', categoryLines(file.account), '还没有记'),
  ])
}

/** The text that is stored and signed: names in order, nothing between. */
export const sheetText = ({ kind, sections, year }: Sheet): string =>
  JSON.stringify({ kind, sections: sections.map(({ lines, title }) => ({ lines, title })), year })

/** Reads a stored sheet; null for what is none. */
export function readSheet(stored: unknown): Sheet | null {
  if (typeof stored !== 'string') return null
  try {
    const { kind, sections, year } = JSON.parse(stored) as Partial<Sheet>
    const isLine = (line: unknown): boolean => Array.isArray(line) && line.length === 2 && line.every((one) => typeof one === 'string')
    const isSheet = (kind === 'card' || kind === 'ledger') && typeof year === 'string' && Array.isArray(sections)
      && sections.every((one) => typeof one.title === 'string' && Array.isArray(one.lines) && one.lines.every(isLine))
    return isSheet ? { kind, sections, year } : null
  } catch {
    return null
  }
}

/** One sentence a line. */
export const sheetSentences = (sheet: Sheet): string[] => sheet.sections.flatMap(({ title, lines }) => [`${title}。`, ...lines.map(([label, value]) => `${label}：${value}。`)])

export interface SheetDifference { title: string; label: string; old: string | null; new: string | null }

/** Lines the one has and the other has not; a line with the same label beside the one it replaces. */
export function sheetDifferences(before: Sheet, after: Sheet): SheetDifference[] {
  const titles = [...new Set([...before.sections, ...after.sections].map((one) => one.title))]
  return titles.flatMap((title) => {
    const [old, next] = [linesOf(before, title), linesOf(after, title)]
    const [gone, come] = [without(old, next), without(next, old)]
    const rest = [...come]
    const changed = gone.map(([label, value]): SheetDifference => {
      const at = rest.findIndex((one) => one[0] === label)
      const is = at < 0 ? null : (rest.splice(at, 1)[0]?.[1] ?? null)
      return { title, label, old: value, new: is }
    })
    return [...changed, ...rest.map(([label, value]): SheetDifference => ({ title, label, old: null, new: value }))]
  })
}

const linesOf = (sheet: Sheet, title: string): SheetLine[] => sheet.sections.filter((one) => one.title === title).flatMap((one) => one.lines)

function without(lines: readonly SheetLine[], others: readonly SheetLine[]): SheetLine[] {
  const left = others.map((one) => one.join('\0'))
  return lines.filter((line) => {
    const at = left.indexOf(line.join('\0'))
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}

const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value))

/** Long numbers are identity cards or accounts; a telephone number has eleven digits. */
const masked = (value: string): string => value.replace(/\d(?:[ -]?\d){11,}[Xx]?/g, '（号码不写）')

/** Lines with something to say; of an empty section that it is empty. */
function section(title: string, lines: SheetLine[], nothing?: string): SheetSection {
  const said = lines.filter(([label, value]) => label !== '' && value !== '').map(([label, value]): SheetLine => [cut(masked(label)), cut(masked(value))])
  return { title, lines: said.length > 0 || nothing === undefined ? said : [['情况', nothing]] }
}

const cut = (value: string): string => (value.length <= LONGEST ? value : `${value.slice(0, LONGEST - 1)}…`)

/** Lets the longest list end earlier, until the page has room for what is said of the rest. */
function fitting(kind: SheetKind, year: string, sections: SheetSection[]): Sheet {
  const left = sections.map(() => 0)
  const made = (): Sheet => ({ kind, year, sections: sections.map(({ title, lines }, at) => ({ title, lines: left[at] ? [...lines, ['其余', `另有${left[at]}项，见户档`]] : lines })) })
  while (sheetText(made()).length > MOST) {
    const longest = sections.reduce((most, one, at) => (one.lines.length > (sections[most]?.lines.length ?? 0) ? at : most), 0)
    sections = sections.map((one, at) => (at === longest ? { ...one, lines: one.lines.slice(0, -1) } : one))
    left[longest] = (left[longest] ?? 0) + 1
  }
  return made()
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
/** Two phones list the same records in different orders; a page they write alike is the same page. */
const inOrder = (lines: SheetLine[]): SheetLine[] => lines.sort((a, b) => byText(a.join('\0'), b.join('\0')))

/** The primary one first. */
function measureLines(file: HouseholdFile): SheetLine[] {
  const isPrimary = (one: unknown): boolean => own(one, 'is_primary') === true
  const of = (primary: boolean): SheetLine[] => inOrder(planned(file).filter((one) => isPrimary(one) === primary).map((one) => measureLine(file, one)))
  return [...of(true), ...of(false)]
}

/** What is only begun says nothing yet. */
const planned = ({ measures, year }: HouseholdFile): unknown[] => measures.filter((one) => text(own(one, 'planned_for_year')) === year && text(own(one, 'content')) !== '')

function measureLine({ label }: HouseholdFile, one: unknown): SheetLine {
  const outcome = own(one, 'outcome')
  const primary = own(one, 'is_primary') === true ? '（主要）' : ''
  return [`${label('measure', 'measure_type', own(one, 'measure_type'))}${primary}`, [text(own(one, 'content')), label('measure', 'outcome', outcome) || '计划中'].filter(Boolean).join('，')]
}

/** The last word on how far a project is. */
function progressOf(one: unknown): string {
  const accepted = text(own(one, 'accepted_on'))
  if (accepted !== '') return `${accepted}验收`
  const last = standing(one, 'progress').map(([, line]) => line).sort((a, b) => (text(own(a, 'on')) < text(own(b, 'on')) ? 1 : -1))[0]
  return last ? `进度${text(own(last, 'percent'))}%` : '还没有进度'
}

const MONEY: readonly SheetLine[] = [['budget', '预算'], ['secured', '落实'], ['allocated', '拨付'], ['spent', '支出']]

function moneyOf(one: unknown): string {
  return MONEY.flatMap(([field, name]) => { const fen = own(one, field); return typeof fen === 'number' ? [`${name}${yuan(fen)}元`] : [] }).join('，')
}

const monthName = (month: string): string => `${Number(month.slice(5))}月`

/** A star on whatever an estimate is part of. */
const star = (account: IncomeAccount): string => (account.year_to_date.estimated > 0 ? '★' : '')

function incomeLines(account: IncomeAccount | null): SheetLine[] {
  if (!account || account.year_to_date.months === 0) return []
  const { year_to_date: sums, persons, line, missing } = account
  return [
    ['算到', monthName(account.month)], ['家庭纯收入', `${yuan(sums.net)}元${star(account)}`], ['计入人口', `${persons}人`],
    ['人均纯收入', persons > 0 ? `${yuan(perHead(sums.net, persons))}元${star(account)}` : ''],
    ['对照标准', line === null ? '' : `每人${yuan(line)}元`],
    ['其中估计★', sums.estimated > 0 ? `${yuan(sums.estimated)}元` : ''], ['不计入收入', sums.uncounted > 0 ? `${yuan(sums.uncounted)}元` : ''],
    ['没有记的月份', missing.map(monthName).join('、')],
  ]
}

function categoryLines(account: IncomeAccount | null): SheetLine[] {
  if (!account || account.year_to_date.months === 0) return []
  const { year_to_date: sums } = account
  const parts: [string, number][] = [['工资性', sums.wage], ['生产经营性', sums.business], ['财产性', sums.property], ['转移性', sums.transfer], ['一次性', sums.oneoff], ['生产经营支出', sums.expense]]
  return [...parts.map(([name, fen]): SheetLine => [name, fen === 0 ? '' : `${yuan(fen)}元`]), ...incomeLines(account)]
}
