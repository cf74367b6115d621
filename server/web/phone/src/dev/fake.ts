// A phone in memory, to look at every screen without a server (`vite dev`, `?fake`). Not in the build.
import type { Answers, ConflictView, DisputeStanding, HouseholdCard, Kind, PhoneApi, PhoneEvent, PhoneStatus, RecordCard, RecordView, Saved, SyncState, Undo, Value } from '@engine/phone/api'
import { check } from '@engine/form/check'
import type { Form, Reference, ReviewState } from '@engine/schema'
import { addDays, clockTime, isoDay } from '@ui/format'
import agreement from '../../../../../mobile-schema/generated/forms/agreement.1.json'
import card from '../../../../../mobile-schema/generated/forms/card.1.json'
import difficulty from '../../../../../mobile-schema/generated/forms/difficulty.1.json'
import dispute from '../../../../../mobile-schema/generated/forms/dispute.1.json'
import household from '../../../../../mobile-schema/generated/forms/household.1.json'
import income from '../../../../../mobile-schema/generated/forms/income.1.json'
import ledger from '../../../../../mobile-schema/generated/forms/ledger.1.json'
import measure from '../../../../../mobile-schema/generated/forms/measure.1.json'
import project from '../../../../../mobile-schema/generated/forms/project.1.json'
import stay from '../../../../../mobile-schema/generated/forms/stay.1.json'
import trip from '../../../../../mobile-schema/generated/forms/trip.1.json'
import visit from '../../../../../mobile-schema/generated/forms/visit.1.json'
import { fakeDossier, seedDossier } from './dossier'
import { areas, element, homes, people } from './people'
import { fakeSigning } from './signing'
import { fakePhotos } from './photos'
import { fakeSurvey } from './survey'

interface Held { id: string; kind: Kind; answers: Answers; review: ReviewState; remark: string | null; waiting: boolean; savedAt: number; createdAt: number; undo: Undo | null; conflicts: ConflictView[]; standing?: DisputeStanding }
const forms = [household, trip, visit, stay, difficulty, dispute, income, measure, project, agreement, card, ledger] as unknown as Form[]
const village = '999999201003'
const now = (): number => Date.now()
const today = (): string => isoDay(now())
const me = people[0]!

class Fake {
  records = new Map<string, Held>()
  listeners = new Set<(event: PhoneEvent) => void>()
  state: PhoneStatus['state'] = (new URLSearchParams(location.search).get('fake') as PhoneStatus['state']) || 'open'
  online = false
  last = now() - 3_600_000 * 5
  count = 1000

  add(kind: Kind, answers: Answers, more: Partial<Held> = {}): Held {
    const held: Held = { id: element(this.count++), kind, answers, review: 'draft', remark: null, waiting: true, savedAt: now() - 60_000, createdAt: now() - 120_000, undo: null, conflicts: [], ...more }
    this.records.set(held.id, held)
    return held
  }
  name(of: Held): string {
    const head = this.records.get(String(of.answers['household'] ?? of.id))
    const members = (head?.answers['members'] ?? {}) as Record<string, Record<string, Value>>
    return String(Object.values(members)[0]?.['name'] ?? '青山村')
  }
  get(id: string): Held {
    const held = this.records.get(id)
    if (!held) throw Object.assign(new Error(id), { code: 'not_found' })
    return held
  }
  card(held: Held): RecordCard {
    return {
      id: held.id, kind: held.kind, area: village, household: held.kind === 'household' ? held.id : (held.answers['household'] as string) ?? null, title: this.name(held),
      date: (held.answers['occurred_on'] ?? held.answers['raised_on'] ?? null) as string | null, note: (['description', 'content', 'project_name', 'industry', 'month', 'year'].map((name) => held.answers[name]).find(Boolean) ?? null) as string | null, dispute: this.dispute(held), review: held.review, send: held.waiting ? 'waiting' : 'sent', submitting: held.waiting && held.review === 'submitted',
      remark: held.review === 'returned' ? held.remark : null, conflicts: held.conflicts.filter((one) => !one.left).length, mine: true, createdAt: held.createdAt, savedAt: held.savedAt,
    }
  }
  dispute({ kind, answers, review, ...held }: Held): RecordCard['dispute'] {
    if (kind !== 'dispute') return null
    const standing = held.standing ?? null
    return { subject: String(answers['subject'] ?? ''), statement: String(answers['statement'] ?? ''), standing, open: standing ? standing.state !== 'closed' : review === 'submitted' }
  }
  of(kind: Kind, home?: string): Held[] {
    return [...this.records.values()].filter((one) => one.kind === kind && (home === undefined || one.answers['household'] === home)).sort((a, b) => b.createdAt - a.createdAt)
  }
  home(held: Held): HouseholdCard {
    const visits = this.of('visit', held.id)
    const next = visits.map((one) => one.answers['next_visit_on']).find(Boolean) as string | undefined
    const late = next ? Math.round((Date.parse(today()) - Date.parse(next)) / 86_400_000) : -1
    const draft = visits.find((one) => one.review === 'draft')
    const back = visits.find((one) => one.review === 'returned')
    return {
      id: held.id, village, villageName: '青山村', group: held.answers['group_name'] as string, name: this.name(held), initials: '', address: held.answers['address'] as string, phone: held.answers['phone'] as string,
      people: Object.keys(held.answers['members'] ?? {}).length, attribute: held.answers['poverty_attribute'] as string, severity: held.answers['severity'] as string,
      lastVisit: (visits.find((one) => one.review !== 'draft')?.answers['occurred_on'] as string) ?? null, nextVisit: next ?? null, daysLate: late < 0 ? null : late,
      draft: draft ? { id: draft.id, savedAt: draft.savedAt } : null, returned: back ? { id: back.id, remark: back.remark ?? '' } : null,
      waiting: [held, ...visits].filter((one) => one.waiting).length, problems: 0, conflicts: held.conflicts.filter((one) => !one.left).length, disputes: this.of('dispute', held.id).filter((one) => this.dispute(one)?.open).length, paired: true, alias: null,
    }
  }
  /** Taken along; a sync delivers all but one, which is for another server, and one is damaged. */
  carried = 0
  carriage: SyncState['carriage'] = { delivered: 0, refused: 0, problem: null }
  deliver(): SyncState {
    if (this.carried > 2) {
      this.carriage = { delivered: this.carried - 2, refused: 1, problem: 'carriage_key_unknown' }
      this.carried = 1
    }
    return this.sync()
  }
  sync(): SyncState {
    const waiting = [...this.records.values()].filter((one) => one.waiting)
    const troubled = this.of('difficulty')[0]
    return {
      online: this.online, running: false, lastSync: this.last, lastError: null, nextTry: null, carried: this.carried, carriage: this.carriage, more: false, support: this.status().support,
      waiting: waiting.map((one) => ({ record: one.id, kind: one.kind, title: this.name(one), savedAt: one.savedAt })),
      files: new URLSearchParams(location.search).has('photos')
        ? { total: 12, done: 7, bytes: 3_600_000, sentBytes: 2_280_000, paused: null, current: { sha256: element(0x2001) + element(0x2001), sent: 120_000, bytes: 300_000 } }
        : { total: 0, done: 0, bytes: 0, sentBytes: 0, paused: null, current: null },
      problems: troubled ? [{ record: troubled.id, kind: 'difficulty', title: this.name(troubled), status: 'refused', code: 'no_grant', detail: null, at: now() }] : [],
    }
  }
  status(): PhoneStatus {
    return { state: this.state, person: this.state === 'open' ? { id: me.id, name: me.name } : null, forgotten: false, device: 'ab12cd34ef567890', support: { secureContext: true, serviceWorker: true, cryptography: true, wasm: true, storage: true, persisted: false } }
  }
  tell(event: PhoneEvent): void { for (const listener of this.listeners) listener(event) }
  touched(id: string): void {
    this.tell({ type: 'records', records: [id] })
    this.tell({ type: 'sync', sync: this.sync() })
  }
  put(id: string, path: string, value: Value, undone = false): Saved {
    const held = this.get(id)
    const [first = '', part, field] = path.split('/')
    const before = part && field ? ((held.answers[first] as Record<string, Record<string, Value>>)[part]?.[field] ?? null) : ((held.answers[first] as Value) ?? null)
    if (part && field) held.answers = { ...held.answers, [first]: { ...(held.answers[first] as object), [part]: { ...(held.answers[first] as Record<string, Record<string, Value>>)[part], [field]: value } } }
    else held.answers = { ...held.answers, [first]: value }
    Object.assign(held, { savedAt: now(), waiting: true, undo: undone ? null : { path, value: before, madeAt: now() } })
    this.touched(id)
    return { savedAt: held.savedAt, undo: held.undo }
  }
}

function seed(fake: Fake): void {
  const made = homes.map(({ fields, members }, at) => {
    const ids = members.map((_, n) => element(0x1000 + at * 16 + n))
    return fake.add('household', { ...fields, head_member_id: ids[0] ?? null, members: Object.fromEntries(members.map((one, n) => [ids[n] ?? '', one])) }, { review: 'approved', waiting: false, savedAt: now() - 86_400_000 * 20, createdAt: now() - 86_400_000 * 90 })
  })
  const past = (home: number, days: number, next: number | null, more: Partial<Held> = {}): Held => fake.add('visit', { household: made[home]?.id ?? null, trip: element(1), visit_type: 'routine', occurred_on: addDays(today(), -days), visitors: me.id, met: 'head', activity_types: 'opinion policy', topics: 'medical', commitments: {}, next_visit_on: next === null ? null : addDays(today(), next) },
    { review: 'approved', waiting: false, createdAt: now() - 86_400_000 * days, savedAt: now() - 86_400_000 * days, ...more })
  past(0, 33, -3); past(0, 62, null); past(0, 95, null); past(0, 120, null); past(1, 30, 0); past(2, 12, null, { review: 'returned', remark: '没写清谁答应送种子，请补上', waiting: false }); past(4, 9, 6); past(6, 2, 20, { review: 'submitted', waiting: true })
  past(3, 40, null)
  past(5, 70, -41, { review: 'returned', remark: '照片里的房子和登记的不是同一栋，请当面问清楚户主现在住在哪里，再写一遍到户路况' })
  fake.add('visit', { household: made[4]?.id ?? null, trip: element(1), visit_type: 'routine', occurred_on: today(), start_at: '09:02', visitors: me.id, commitments: {} }, { savedAt: now() - 900_000 })
  for (const [home, days, outcome] of [[2, 4, 'visited'], [3, 3, 'absent'], [5, 2, 'refused'], [1, 1, 'visited']] as const) past(home, days, null, { answers: { household: made[home]?.id ?? null, trip: element(1), visit_type: 'survey', survey_outcome: outcome, occurred_on: addDays(today(), -days), visitors: me.id, met: outcome === 'absent' ? 'nobody' : 'head', commitments: {} } })
  fake.add('difficulty', { household: made[0]?.id ?? null, category: 'schooling', raised_on: addDays(today(), -33), description: '孙女学费还差八百元', owner_person: me.id, state: 'in_progress', due_on: addDays(today(), 7) }, { review: 'submitted', waiting: false })
  const standing = { dueOn: null, handler: '陈书记', finding: null, toldOn: null, satisfied: null }
  fake.add('dispute', { household: made[0]?.id ?? null, subject: 'income_line', document: made[0]?.id ?? null, document_digest: '7f3a91'.padEnd(64, '0'), raised_on: addDays(today(), -4), raised_by: 'household', channel: 'on_visit', statement: '我家只有一亩花椒，不是五亩', claimed_value: 100_000 }, { review: 'submitted', waiting: false, standing: { ...standing, state: 'investigating', dueOn: addDays(today(), 16) } })
  fake.add('dispute', { household: made[0]?.id ?? null, subject: 'member', raised_on: addDays(today(), -40), raised_by: 'household', channel: 'village_office', statement: '大孙女已经出嫁，不在户上了' }, { review: 'submitted', waiting: false, createdAt: now() - 86_400_000 * 40, standing: { ...standing, state: 'closed', finding: '核对户口本属实，已更正', toldOn: addDays(today(), -20), satisfied: 'yes' } })
  fake.add('dispute', { household: made[1]?.id ?? null, subject: 'conduct', raised_on: addDays(today(), -6), raised_by: 'household', channel: 'on_visit', statement: '填表那天没有人到我家来' }, { review: 'submitted', waiting: false, standing: { ...standing, handler: null, state: 'raised', dueOn: addDays(today(), -2) } })
  fake.add('stay', { person: me.id, village_code: village, occurred_on: addDays(today(), -1), lodged: true, source: 'self' }, { review: 'submitted', waiting: false })
  const home = made[6]
  if (home) home.conflicts = [
    { record: home.id, kind: 'household', title: '谭正权', path: 'severity', left: false, values: [{ value: 'light', person: '龚勇', device: 'ab00cd11', madeAt: now() - 86_400_000, mine: false }, { value: 'moderate', person: me.name, device: 'ab12cd34', madeAt: now() - 7_200_000, mine: true }] },
    { record: home.id, kind: 'household', title: '谭正权', path: `members/${element(0x1061)}/health`, left: false, values: [{ value: 'healthy', person: '', device: 'ab00cd11ef22ab33', madeAt: now() - 86_400_000, mine: false }, { value: 'chronic', person: me.name, device: 'ab12cd34', madeAt: now() - 7_200_000, mine: true }] },
  ]
}

/** `?fake&newer`: a ruling that came this month no longer counts pensions. */
function catalogues(): object[] {
  const ranges = new URLSearchParams(location.search).has('ask') ? [{ item: 'business_pig', unit: '头', price_low: 100_000, price_high: 160_000 }] : []
  const first = { version: 1, effective_from: '2010-01-01', document: '国家统计指标口径', rulings: [], ranges }
  const newer = { version: 2, effective_from: `${today().slice(0, 7)}-01`, document: '区扶组发〔2015〕12号', rulings: [{ item: 'transfer_pension', counts: false, document: '区扶组发〔2015〕12号' }] }
  return new URLSearchParams(location.search).has('newer') ? [first, newer] : [first]
}

/** The phone in memory. */
export function fakePhone(): PhoneApi {
  const fake = new Fake()
  seed(fake)
  seedDossier(fake)
  const reference = { tag: '1', me, areas, people, forms, assignments: { villages: [{ village, role: 'team_member' }], households: [] }, poverty_lines: [{ year: Number(today().slice(0, 4)), fen: 285_500 }], catalogues: catalogues(), settings: {} } as unknown as Reference
  const open = (state: PhoneStatus['state']): PhoneStatus => { fake.state = state; fake.tell({ type: 'status', status: fake.status() }); return fake.status() }
  const fail = (code: string): never => { throw Object.assign(new Error(code), { code }) }
  const photos = fakePhotos(fake, fake.of('visit').find((one) => one.review === 'draft')?.id ?? '')
  const signing = fakeSigning(fake, reference)
  return {
    ...photos, ...signing, ...fakeDossier(fake, reference, signing.signing), ...fakeSurvey(fake, village, today()),
    status: async () => fake.status(),
    enrol: async ({ code }) => (code === 'bad' ? fail('bad_enrol_code') : open('open')),
    unlock: async (pin) => (pin === '000000' ? fail('wrong_pin') : open('open')),
    lock: async () => void open('locked'),
    signIn: async () => {}, changePin: async () => {}, askPersistence: async () => false,
    reference: async () => reference,
    households: async () => {
      const rank = (card: HouseholdCard): number => (card.daysLate ? 0 : card.daysLate === 0 ? 1 : card.draft ? 2 : card.returned ? 3 : 4)
      return fake.of('household').map((one) => fake.home(one)).sort((a, b) => rank(a) - rank(b))
    },
    household: async (id) => {
      const held = fake.get(id)
      const members = Object.entries((held.answers['members'] ?? {}) as Record<string, Record<string, Value>>).map(([one, answers]) => ({ id: one, answers }))
      const visits = fake.of('visit', id).map((one) => fake.card(one))
      return { card: fake.home(held), answers: held.answers, members, visits, difficulties: fake.of('difficulty', id).map((one) => fake.card(one)), disputes: fake.of('dispute', id).map((one) => fake.card(one)), documents: [fake.card(held), ...visits], drafts: visits.filter((one) => one.review === 'draft'), conflicts: held.conflicts, movedTo: null }
    },
    record: async (id): Promise<RecordView> => {
      const held = fake.get(id)
      return { card: fake.card(held), form: `${held.kind}/1`, answers: held.answers, conflicts: held.conflicts, undo: held.undo, readOnly: held.standing ? 'raised' : null, movedTo: null }
    },
    records: async (kind) => (kind ? fake.of(kind) : [...fake.records.values()]).map((one) => fake.card(one)),
    drafts: async () => fake.of('visit').filter((one) => one.review === 'draft').map((one) => fake.card(one)),
    returned: async () => [...fake.records.values()].filter((one) => one.review === 'returned').map((one) => fake.card(one)),
    conflicts: async () => [...fake.records.values()].flatMap((one) => one.conflicts),
    startVisit: async (home, type = 'routine') => fake.add('visit', { household: home, trip: element(1), visit_type: type, occurred_on: today(), start_at: clockTime(now()), visitors: me.id, commitments: {} }, { createdAt: now(), savedAt: now() }).id,
    stayNight: async (_, date, lodged) => fake.add('stay', { person: me.id, village_code: village, occurred_on: date, lodged, source: 'self' }).id,
    addDifficulty: async (home, answers) => fake.add('difficulty', { household: home, raised_on: today(), state: 'raised', ...answers }).id,
    addDispute: async (home, answers) => fake.add('dispute', { household: home, raised_on: today(), raised_by: 'household', channel: 'on_visit', ...(answers['document'] ? { document_digest: '7f3a91'.padEnd(64, '0') } : {}), ...answers }).id,
    addHousehold: async (_, answers) => fake.add('household', { members: {}, ...answers }).id,
    put: async (id, path, value) => fake.put(id, path, value),
    undo: async (id) => { const { undo } = fake.get(id); return undo ? fake.put(id, undo.path, undo.value, true) : fail('nothing_to_undo') },
    addElement: async (id, repeat, answers = {}) => {
      const held = fake.get(id)
      const made = element(fake.count++)
      held.answers = { ...held.answers, [repeat]: { ...((held.answers[repeat] as object) ?? {}), [made]: answers } }
      fake.touched(id)
      return made
    },
    removeElement: async (id, repeat, one) => fake.put(id, `${repeat}/${one}/deleted_at`, today()),
    submit: async (id) => {
      const held = fake.get(id)
      const form = forms.find((one) => one.name === held.kind)!
      const blocking = check(form, held.answers, today()).filter((one) => one.severity === 'error')
      if (blocking.length) return { done: false, blocking }
      Object.assign(held, { review: 'submitted', waiting: true })
      fake.touched(id)
      return { done: true, savedAt: held.savedAt }
    },
    withdraw: async (id) => { fake.get(id).review = 'draft'; fake.touched(id) },
    resolve: async (id, path, value) => { const held = fake.get(id); held.conflicts = held.conflicts.filter((one) => one.path !== path); return fake.put(id, path, value) },
    leaveConflict: async (id, path) => { const held = fake.get(id); held.conflicts = held.conflicts.map((one) => (one.path === path ? { ...one, left: true } : one)); fake.touched(id) },
    syncNow: async () => fake.deliver(), syncState: async () => fake.sync(),
    exportUnsent: async () => ({ name: 'bidao-ab12cd34ef567890-2016-01-05.cbor', bytes: new Uint8Array(1_234_567), batches: 7 }),
    importCarried: async () => (fake.carried += 7), dismissProblem: async () => {},
    rememberPlace: async () => {}, lastPlace: async () => null,
    subscribe: (listener) => { fake.listeners.add(listener); return () => void fake.listeners.delete(listener) },
  }
}
