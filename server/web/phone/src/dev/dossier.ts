// The household's file of the phone in memory: the engine's own accounts, pages and sheets over plain answers.
import { check } from '@engine/form/check'
import { catalogueOf, knownOf } from '@engine/dossier/known'
import { isSigned, monthPage, sharers } from '@engine/dossier/month'
import { promptName } from '@engine/income/prompt'
import { pageOf } from '@engine/dossier/page'
import { sheetText } from '@engine/dossier/sheet'
import { sheetPageOf } from '@engine/phone/sheets'
import type { Answers, ConflictView, DossierApi, DossierRecord, Kind, RecordCard, Saved, SigningApi, Value } from '@engine/phone/api'
import type { Form, Reference } from '@engine/schema'
import { isoDay } from '@ui/format'
import { element } from './people'

interface Held { id: string; kind: Kind; answers: Answers; conflicts: ConflictView[]; createdAt: number; savedAt: number; review: string; waiting: boolean }
interface Store {
  get(id: string): Held
  of(kind: Kind, home?: string): Held[]
  add(kind: Kind, answers: Answers, more?: object): Held
  card(held: never): RecordCard
  name(held: never): string
  touched(id: string): void
  put(id: string, path: string, value: Value): Saved
}
const today = (): string => isoDay(Date.now())
const year = (): string => today().slice(0, 4)
const back = (months: number): string => {
  const at = Number(year()) * 12 + Number(today().slice(5, 7)) - 1 - months
  return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`
}
type Line = [item: string, fen: number, more?: { [field: string]: Value }]

/** The example of domain §8.7, spread over the year, and an estimate; the month before last was never written. */
export function seedDossier(store: Store): void {
  const home = store.of('household').find((one) => one.answers['address'] === '坪上12号')
  if (!home) return
  home.answers = { ...home.answers, planned_exit_year: Number(year()), cultivated: 250 }
  const members = Object.keys(home.answers['members'] as object)
  const [head = '', , son = ''] = members
  const months: [number, Line[]][] = [
    [7, [['transfer_pension', 114_000, { member: head }], ['expense_seed', 25_000]]], [5, [['wage_local', 240_000, { member: head }], ['expense_young_stock', 90_000, { source: 'cadre_estimate' }], ['transfer_ecology', 50_000]]],
    [3, [['wage_migrant', 360_000, { member: son }], ['property_land_rent', 30_000]]],
    [1, [['business_pepper', 110_000, { quantity: 1.1, unit: '亩', unit_price: 100_000, disposal: 'sold' }], ['oneoff_consolation', 40_000], ['expense_feed', 60_000, { source: 'cadre_estimate' }]]],
    [0, [['business_pig', 360_000, { quantity: 2, unit: '头', unit_price: 180_000, disposal: 'sold', evidence: 'seen receipt' }], ['transfer_farm_subsidy', 21_000]]],
  ]
  let count = 0x6000
  for (const [ago, lines] of months) {
    store.add('income', {
      household: home.id, month: back(ago), catalogue: 1, line_year: Number(back(ago).slice(0, 4)), counted: members.join(' '), prompts: {}, stock: {},
      lines: Object.fromEntries(lines.map(([item, amount, more]) => [element(count++), { item, amount, source: 'household', ...more }])),
    }, { savedAt: Date.now() - ago * 86_400_000 * 30 - 600_000, createdAt: Date.now() - ago * 86_400_000 * 30 - 700_000 })
  }
  seedPlan(store, home.id)
  if (new URLSearchParams(location.search).has('ask')) ask(store, home.id)
  if (new URLSearchParams(location.search).has('dispute')) dispute(store.of('income', home.id).find((one) => one.answers['month'] === back(1)))
}

/** `?fake&ask`: one pig the month before, and an acceptance visitor who was told something else. */
function ask(store: Store, household: string): void {
  const held = store.of('income', household).find((one) => one.answers['month'] === back(1))
  if (held) held.answers = { ...held.answers, stock: { [element(0x6201)]: { animal: 'pig', start: 1 } } }
  store.add('visit', { household, visit_type: 'acceptance', occurred_on: today(), met: 'head', income_as_told: 700_000 })
}

/** `?fake&dispute`: two phones corrected one line otherwise. */
function dispute(held: Held | undefined): void {
  const lines = (held?.answers['lines'] ?? {}) as { [id: string]: { [field: string]: Value } }
  const [id, line] = Object.entries(lines)[0] ?? []
  if (!held || !id || !line) return
  const again = (quantity: number): { [field: string]: Value } => ({ ...line, quantity, amount: quantity * 100_000, supersedes: id })
  held.answers = { ...held.answers, lines: { ...lines, [element(0x6101)]: again(1), [element(0x6102)]: again(5) } }
}

function seedPlan(store: Store, household: string): void {
  const measure = store.add('measure', { household, measure_type: 'industry', is_primary: true, content: '种辣椒2亩，合作社包收', planned_for_year: Number(year()), outcome: 'under_way' })
  store.add('measure', { household, measure_type: 'medical', is_primary: false, content: '慢病签约、大病保险代缴', planned_for_year: Number(year()), outcome: 'achieved', outcome_on: `${year()}-03-02` })
  store.add('project', {
    household, project_name: '到户产业辣椒种植', project_class: 'industry', measure: measure.id, budget: 300_000, secured: 240_000, allocated: 240_000, spent: 120_000, start_on: `${year()}-03-01`,
    progress: { [element(0x7001)]: { on: `${year()}-04-12`, percent: 30, said: '苗已栽' }, [element(0x7002)]: { on: `${year()}-06-20`, percent: 60, said: '追肥、搭架' } },
  })
}

export function fakeDossier(store: Store, reference: Reference, signing: SigningApi['signing']): DossierApi {
  const known = () => knownOf(reference, today())
  const opened = (household: string, kind: Kind): DossierRecord[] => store.of(kind, household).map((held) => ({ card: store.card(held as never), answers: held.answers }))
  const formOf = (kind: string): Form | undefined => reference.forms.find((one) => one.name === kind)
  return {
    dossier: async (household, month) => {
      const home = store.get(household)
      const records = {
        home: { card: store.card(home as never), answers: home.answers }, incomes: opened(household, 'income'), measures: opened(household, 'measure'), projects: opened(household, 'project'),
        agreements: opened(household, 'agreement'), cards: opened(household, 'card'), ledgers: opened(household, 'ledger'),
      }
      return pageOf(records, month, known(), async (kind, of) => {
        if (!of) return { kind, state: 'missing', record: null, signing: 'none', findings: 0, conflicts: 0, disputed: 0 }
        const form = formOf(of.card.kind)
        const errors = form ? check(form, of.answers, today()).filter((one) => one.severity === 'error') : []
        const [findings, disputed] = [errors.length, errors.filter((one) => one.code === 'disputed').length]
        const conflicts = store.get(of.card.id).conflicts.length
        return { kind, record: of.card.id, findings, conflicts, disputed, signing: (await signing(of.card.id)).state, state: findings + conflicts > 0 ? 'unfinished' : 'complete' }
      })
    },
    begin: async (kind, household, period) => {
      const field = kind === 'income' ? 'month' : 'year'
      const same = store.of(kind, household).find((one) => one.answers[field] === period)
      const first: Answers = kind === 'card' ? { issued_on: today() } : kind === 'ledger' ? { closed_on: today() } : {
        catalogue: catalogueOf(known(), period).version, line_year: Number(period.slice(0, 4)), counted: sharers(store.get(household).answers), lines: {}, prompts: {}, stock: {},
      }
      return (same ?? store.add(kind, { household, [field]: period, ...first })).id
    },
    addTo: async (household, kind, answers) => store.add(kind, { household, ...(kind === 'agreement' ? { agreed_on: today() } : kind === 'measure' ? { planned_for_year: Number(year()) } : { progress: {} }), ...answers }).id,
    income: async (record) => {
      const household = String(store.get(record).answers['household'])
      const page = monthPage(record, { id: household, answers: store.get(household).answers }, store.of('income', household).map((one) => ({ record: one.id, answers: one.answers })), known(), { visits: store.of('visit', household).map((one) => one.answers), entries: [], home: household, signed: isSigned((await signing(record)).state) })
      if (!page) throw Object.assign(new Error(record), { code: 'not_found' })
      return page
    },
    answerPrompt: async (record, prompt, said, answer) => {
      const held = store.get(record)
      held.answers = { ...held.answers, prompts: { ...(held.answers['prompts'] as object), [element(Date.now() % 0xffffff)]: { rule: promptName(prompt), line: prompt.about, said, answer, person: reference.me.id } } }
      held.savedAt = Date.now()
      store.touched(record)
      return { savedAt: held.savedAt, undo: null }
    },
    sheet: async (record) => {
      const held = store.get(record)
      const household = store.get(String(held.answers['household']))
      const all = (kind: Kind): Answers[] => store.of(kind, household.id).map((one) => one.answers)
      return sheetPageOf(record, held.kind as 'card', household.id, held.answers, {
        year: String(held.answers['year']), name: store.name(household as never), area: '999999201003', home: household.answers, incomes: all('income'), measures: all('measure'),
        projects: all('project'), difficulties: all('difficulty'), people: reference.people, areas: reference.areas, known: known(), form: formOf,
      })
    },
    async issueSheet(record) {
      const { kind, now } = await this.sheet(record)
      store.put(record, kind === 'card' ? 'issued_on' : 'closed_on', today())
      return store.put(record, 'sheet', sheetText(now))
    },
  }
}
