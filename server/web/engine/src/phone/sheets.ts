// Cards and ledgers of this phone: what the household's file says now, what was written last, and writing it.
import { catalogueOf, lineOf, type Known } from '../dossier/known'
import { cardSheet, ledgerSheet, readSheet, sheetDifferences, sheetText, type HouseholdFile, type Sheet, type SheetKind } from '../dossier/sheet'
import { dateAt } from '../context'
import { answersOf } from '../document/document'
import { fieldAt, newest } from '../form'
import { accountOf } from '../income/account'
import { readStatement } from '../income/statement'
import type { Area, Form, Person } from '../schema'
import type { Answers, Kind, Saved } from './api'
import type { Book } from './book'
import { known, openedOf } from './dossier'
import type { SheetPage } from './dossier_api'
import { Failure } from './failure'
import type { Records } from './records'
import { membersOf } from './row'

/** Everything a sheet may be made from, opened. */
export interface Opened {
  year: string
  name: string
  area: string
  home: Answers
  incomes: readonly Answers[]
  measures: readonly Answers[]
  projects: readonly Answers[]
  difficulties: readonly Answers[]
  people: readonly Person[]
  areas: readonly Area[]
  known: Known
  form: (name: string) => Form | undefined
}

const TEAM = new Set(['team_member', 'team_leader'])

/** The file as `cardSheet` and `ledgerSheet` take it. */
export function fileOf(opened: Opened): HouseholdFile {
  const { year, home, area, known: rules, form } = opened
  const read = opened.incomes.flatMap((one) => readStatement(one) ?? [])
  const last = read.map((one) => one.month).filter((month) => month.startsWith(`${year}-`)).sort().at(-1)
  return {
    year, name: opened.name, home, people: membersOf(home).length,
    place: placeOf(opened),
    helpers: opened.people.filter((one) => one.areas.includes(area) && one.roles.some((role) => TEAM.has(role))).map((one) => one.name),
    measures: [...opened.measures], projects: [...opened.projects], difficulties: [...opened.difficulties],
    account: last === undefined ? null : accountOf(read, last, catalogueOf(rules, last), lineOf(rules, Number(year))),
    label: (name, path, code) => {
      const known = form(name)
      const field = known && fieldAt(known, path)
      return (field as { choices?: { code: string; label: { zh: string } }[] } | undefined)?.choices?.find((one) => one.code === code)?.label.zh ?? (typeof code === 'string' ? code : '')
    },
  }
}

/** Village, group and address; not again what the address says itself. */
function placeOf({ area, areas, home }: Opened): string {
  const address = typeof home['address'] === 'string' ? home['address'] : ''
  const before = [areas.find((one) => one.code === area)?.name, home['group_name']].filter((one): one is string => typeof one === 'string' && one !== '' && !address.includes(one))
  return [...before, address].filter((one) => one !== '').join(' ')
}

/** The page over one of the two kinds. */
export function sheetPageOf(record: string, kind: SheetKind, household: string, answers: Answers, opened: Opened): SheetPage {
  const now: Sheet = kind === 'card' ? cardSheet(fileOf(opened)) : ledgerSheet(fileOf(opened))
  const written = readSheet(answers['sheet'])
  return { record, kind, household, year: opened.year, now, written, differences: written ? sheetDifferences(written, now) : [] }
}

export async function sheetPage(book: Book, record: string): Promise<SheetPage> {
  const row = book.row(record)
  if ((row.kind !== 'card' && row.kind !== 'ledger') || row.household === null || !book.rows.has(row.household)) throw new Failure('not_found')
  const { household, kind } = row
  const answers = answersOf((await book.document(record)).document)
  const all = async (of: Kind): Promise<Answers[]> => (await openedOf(book, household, of)).map((one) => one.answers)
  const { reference } = book.state
  return sheetPageOf(record, kind, household, answers, {
    year: String(answers['year'] ?? ''), name: String(book.row(household).facts['name'] ?? ''), area: row.area,
    home: (await all('household'))[0] ?? {}, incomes: await all('income'), measures: await all('measure'), projects: await all('project'), difficulties: await all('difficulty'),
    people: reference?.people ?? [], areas: reference?.areas ?? [], known: known(book), form: (name) => newest(reference?.forms ?? [], name),
  })
}

/** Writes what the file says now. */
export async function issueSheet(book: Book, records: Records, record: string): Promise<Saved> {
  const { kind, now } = await sheetPage(book, record)
  return records.putAll(record, { sheet: sheetText(now), [kind === 'card' ? 'issued_on' : 'closed_on']: dateAt(book.context.now()) })
}
