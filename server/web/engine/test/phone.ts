// A phone on fake-indexeddb and a line that answers what the test says: enough to drive the real
// engine through enrolment, sealing, receipts and pulls.
import 'fake-indexeddb/auto'
import { fromHex, own, toHex, type Bytes } from '../src/bytes'
import * as D from '../src/document/document'
import { Engine } from '../src/phone/engine'
import type { Answers, DeviceSupport } from '../src/phone/api'
import type { Content } from '../src/phone/envelope'
import type { Reply, Transport, Watch } from '../src/phone/transport'
import { decode, encode } from '../src/protocol/cbor'
import type { BatchManifest, Cursors, Edit, Entry, ItemReceipt, Receipt, SyncRequest, SyncResponse } from '../src/protocol/message'
import type { Finding, Form, Reference } from '../src/schema'
import { Database } from '../src/store/database'
import { CARRIAGE_KEY, opened } from './carriage'
import { forms, MORNING, testContext } from './support'

export const ME = '0123456789abcdef0123456789abcdef'
export const VILLAGE = '500114101201'
export const PIN = '246810'
const support: DeviceSupport = { secureContext: true, serviceWorker: true, cryptography: true, wasm: true, storage: true, persisted: false }

export const reference: Reference = {
  tag: 'r1',
  me: { id: ME, name: '田某', roles: ['team_member'], areas: [VILLAGE] },
  areas: [{ code: VILLAGE, name: '小南村', level: 'village', parent: null }],
  people: [], forms,
  assignments: { villages: [{ village: VILLAGE, role: 'team_member' }], households: [] },
  poverty_lines: [{ year: 2015, fen: 285_500 }, { year: 2016, fen: 295_200 }],
  catalogues: [{ version: 1, effective_from: '2010-01-01', document: '国家统计指标口径', rulings: [] }],
  settings: { arrival_scope: 'per_village', stay_day_means: 'lodged', leave_prorates: false, report_covers: 'same_month' },
  signing: { resign: 'material', resign_percent: 5 },
  surveys: [],
  aliases: [],
  carriage_key: CARRIAGE_KEY,
}

async function inflate(body: Bytes): Promise<Bytes> {
  const stream = new Blob([body]).stream().pipeThrough(new DecompressionStream('deflate'))
  return own(new Uint8Array(await new Response(stream).arrayBuffer()))
}

/** A server by script: stores every item unless `fate` says else; `entries` go out with the next answer. */
export class Line implements Transport {
  readonly origin = 'https://bidao.test'
  down = true
  requests: SyncRequest[] = []
  publicKey = ''
  device = '0102030405060708'
  entries: Entry[] = []
  extra: Partial<SyncResponse> = {}
  fate: (manifest: BatchManifest, at: number) => Omit<ItemReceipt, 'id'> = (manifest, at) => ({ status: manifest.items[at]?.t === 'command' ? 'done' : 'stored' })
  /** A record whose history is out of reach. */
  unknown = 'none'
  headers: { [name: string]: string }[] = []
  /** It acknowledges, and then nothing comes back: it was put back to a backup in between. */
  forgets = false
  /** Where records went. */
  readonly #at = new Map<string, string>()
  replies: Reply[] = []
  sessionReplies: Reply[] = []

  online(): boolean {
    return !this.down
  }

  slow(): boolean {
    return false
  }

  wifi(): boolean | null {
    return this.onWifi
  }

  /** What every answer asks for. */
  want: () => [Bytes, number][] = () => []
  /** Where files go; nothing takes them unless a test says so. */
  files: Pick<Transport, 'send' | 'upload'> | null = null
  onWifi: boolean | null = null

  async upload(path: string, headers: { [name: string]: string }, body: Bytes, watch: Watch): Promise<Reply> {
    if (this.down || !this.files) throw new TypeError('no line')
    return this.files.upload(path, headers, body, watch)
  }

  async send(method: 'GET' | 'HEAD' | 'POST' | 'DELETE', path: string, headers: { [name: string]: string }, body?: Bytes): Promise<Reply> {
    if (this.down) throw new TypeError('no line')
    this.headers.push({ path, ...headers })
    const scripted = path === '/api/v1/sync' ? this.replies.shift() : path.startsWith('/api/v1/sessions') ? this.sessionReplies.shift() : undefined
    if (scripted) return scripted
    if (path === '/api/v1/carriages') return this.#carriage(body ?? new Uint8Array())
    if (path.startsWith('/api/v1/files/')) return this.files ? this.files.send(method, path, headers, body) : json(404, { code: 'not_found' })
    const session = { access_token: `a${this.headers.length}`, refresh_token: `r${this.headers.length}`, expires_in: 900, person: reference.me }
    if (path === '/api/v1/devices') {
      this.publicKey = (JSON.parse(new TextDecoder().decode(body)) as { key: string }).key
      return json(200, { device: this.device, session })
    }
    if (path.startsWith('/api/v1/sessions')) return json(200, session)
    // As the server has it: conflicts are listed to leaders only, a history to whoever reads the record.
    if (path.startsWith('/api/v1/conflicts')) return json(403, { code: 'forbidden' })
    if (path.endsWith('/history')) return path.includes(this.unknown) ? json(404, { code: 'not_found' }) : json(200, { changes: [{ device: '0f'.repeat(8), person_name: '冉某' }] })
    const request = decode(await inflate(body ?? new Uint8Array())) as SyncRequest
    this.requests.push(request)
    return { status: 200, body: encode(this.#answer(request)) }
  }

  #answer(request: SyncRequest): SyncResponse {
    const receipts: Receipt[] = request.push.map(([bytes]) => {
      const manifest = decode(bytes) as BatchManifest
      return { actor: manifest.actor, number: manifest.number, items: manifest.items.map((item, at) => ({ id: item.id, ...this.fate(manifest, at) })) }
    })
    for (const { what, record, area } of this.entries) if (what === 'moved' || what === 'removed') this.#at.set(toHex(record), what === 'moved' ? area : 'nowhere')
    const cursors = this.entries.length === 0 ? request.cursors : Object.fromEntries(this.entries.map((one) => [one.grant, [one.seq, new Uint8Array(8)] as [number, Bytes]]))
    const known = { ...request.cursors, ...cursors }
    const answer: SyncResponse = {
      v: 1, now: MORNING, receipts, entries: [...this.#echo(request, receipts, known), ...this.entries], cursors: known, rewound: [], more: false, want: this.want(), revoked: [],
      reference: request.have_reference === 'r1' ? null : own(new TextEncoder().encode(JSON.stringify(reference))), reference_tag: 'r1', ...this.extra,
    }
    this.entries = []
    this.extra = {}
    return answer
  }

  /** What was stored comes back under the grant of the village it is in now; the cursor stays where the test put it. */
  #echo({ push }: SyncRequest, receipts: readonly Receipt[], cursors: Cursors): Entry[] {
    if (this.forgets) return []
    return push.flatMap(([bytes, , payload], at) => (decode(bytes) as BatchManifest).items.flatMap((item, index): Entry[] => {
      const status = receipts[at]?.items[index]?.status
      if (item.t !== 'edit' || (status !== 'stored' && status !== 'duplicate')) return []
      const area = this.#at.get(toHex(item.record)) ?? item.area
      const grant = `a:${area}`
      const cursor = cursors[grant]
      if (!cursor) return []
      return [{ grant, seq: cursor[0], record: item.record, kind: item.kind, form: item.form, area, what: 'changes', data: payload[item.payload] as Bytes }]
    }))
  }

  /** What came in envelopes, and what is said of one instead. */
  carried: Content[] = []
  carriageReplies: Reply[] = []

  async #carriage(body: Bytes): Promise<Reply> {
    const scripted = this.carriageReplies.shift()
    if (scripted) return scripted
    const content = await opened(body)
    if (!content) return json(422, { code: 'carriage_damaged' })
    const isKnown = this.carried.some((one) => toHex(encode(one)) === toHex(encode(content)))
    if (!isKnown) this.carried.push(content)
    return json(200, { outcome: isKnown ? 'present' : 'taken' })
  }

  /** Items pushed so far, in order. */
  pushed(): BatchManifest[] {
    return this.requests.flatMap((request) => request.push.map(([bytes]) => decode(bytes) as BatchManifest))
  }
}

export function json(status: number, value: object): Reply {
  return { status, body: own(new TextEncoder().encode(JSON.stringify(value))) }
}

let phones = 0

/** An app on one browser's store; `again` opens the same store as a fresh worker would. */
export async function phone(line = new Line(), name = `phone-${++phones}`, check: (form: Form, answers: Answers) => Finding[] = () => []) {
  const context = testContext(phones)
  const open = async () => {
    const database = await Database.open(name, context)
    return { database, engine: new Engine({ database, context, transport: line, version: 'test', ready: Promise.resolve(), held: () => true, support: async () => support, askPersistence: async () => false, check }) }
  }
  const first = await open()
  return { ...first, line, context, name, again: open }
}

/** Enrolled, open, with the reference data and one household pulled; the line is down again. */
export async function enrolled(check?: (form: Form, answers: Answers) => Finding[]) {
  const here = await phone(undefined, undefined, check)
  here.line.down = false
  await here.engine.enrol({ code: 'ABCD2345', account: 'tian', password: 'secret', pin: PIN, name: '手机' })
  await here.engine.syncNow()
  const household = await here.engine.addHousehold(VILLAGE, { address: '小南村3组' })
  await here.engine.addElement(household, 'members', { name: '李秀英', relation: '02' })
  await here.engine.syncNow()
  here.line.down = true
  return { ...here, household }
}

const OTHER = '0f'.repeat(16)

export type Phone = Awaited<ReturnType<typeof enrolled>>

/** The household as the server holds it after everything pushed so far. */
export function held(here: Phone, record = here.household, base: D.Document | null = null): D.Document {
  const payloads = here.line.requests.flatMap((request) => request.push).flatMap(([manifest, , payload]) => {
    const items = here.line.pushed().find((one) => toHex(encode(one)) === toHex(manifest))?.items ?? []
    return items.filter((item): item is Edit => item.t === 'edit' && toHex(item.record) === record).map((item) => payload[item.payload] as Bytes)
  })
  return payloads.reduce<D.Document | null>((document, bytes) => D.absorb(document, bytes, OTHER), base) as D.Document
}

export function entry(record: string, what: Entry['what'], data: Bytes, seq = 1, kind = 'household'): Entry {
  return { grant: `a:${VILLAGE}`, seq, record: fromHex(record), kind, form: `${kind}/1`, area: VILLAGE, what, data }
}

/** The village is read as far as that entry, which is somebody else's household. */
export async function reads(here: Phone, seq: number): Promise<void> {
  here.line.entries = [entry(seq.toString(16).padStart(32, '0'), 'document', D.saveDocument(D.createDocument('0e'.repeat(16), ['members'], [], MORNING)), seq)]
  here.line.down = false
  await here.engine.syncNow()
  here.line.down = true
}

/** What was sent of a record. */
export const edits = (batches: readonly BatchManifest[], record: string): Edit[] =>
  batches.flatMap((one) => one.items).filter((item): item is Edit => item.t === 'edit' && toHex(item.record) === record)

export { toHex }
