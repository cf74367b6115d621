// Everything the phone's screens may ask of the engine. Screens know nothing else: no worker, no
// network, no store, no Automerge. All methods answer after the store has them; none waits for a
// network except `enrol` and `syncNow`. A failure rejects with a `PhoneError`.
//
// Ids are lower-case hex, times ms since 1970, dates `YYYY-MM-DD` (Asia/Shanghai), paths `field`
// or `repeat/element/field`, as everywhere (`mobile-schema/src/api/mod.rs`).
import type { Finding, Reference, ReviewState } from '../schema'
import type { DossierApi } from './dossier_api'
import type { DisputeApi, DisputeCard } from './dispute_api'
import type { PhotoApi } from './photo_api'
import type { SigningApi } from './signing_api'
import type { SurveyApi } from './survey_api'
import type { SyncApi, SyncState } from './sync_api'

export type * from './dossier_api'
export type * from './dispute_api'
export type * from './photo_api'
export type * from './signing_api'
export type * from './survey_api'
export type * from './sync_api'

/** A scalar answer. A choice of many is one text of codes with spaces between. */
export type Value = string | number | boolean | null
/** A record's content: fields, and repeats as maps of element id → fields. */
export type Answers = { [field: string]: Value | { [element: string]: { [field: string]: Value } } }
export type Kind =
  | 'household' | 'trip' | 'visit' | 'stay' | 'difficulty' | 'dispute'
  | 'income' | 'measure' | 'project' | 'agreement' | 'card' | 'ledger'

/** Reasons a call may fail for, besides the server's own problem codes. */
export type PhoneErrorCode =
  | 'not_enrolled' | 'locked' | 'wrong_pin' | 'weak_pin' | 'offline' | 'server' | 'not_found'
  | 'read_only' | 'bad_path' | 'bad_value' | 'nothing_to_undo' | 'not_submitted' | 'already_sent'
  | 'elsewhere' | 'unsupported' | 'internal' | 'storage' | 'bad_file' | 'no_carriage_key'
  | 'no_photo_intent' | 'photo_not_permitted' | 'photos_full' | 'photo_too_large' | 'bad_picture'
  | 'not_signable' | 'moved_on' | 'conflict' | 'bad_attestation'
export interface PhoneError { name: 'PhoneError'; code: PhoneErrorCode | string; message: string; field?: string }

/** What this browser can do; `false` anywhere but `persisted` means the app cannot work offline. */
export interface DeviceSupport {
  secureContext: boolean
  serviceWorker: boolean
  cryptography: boolean
  wasm: boolean
  storage: boolean
  /** The browser promised not to evict the store. */
  persisted: boolean
}

export interface PhoneStatus {
  /** `elsewhere`: another window of this browser has the store; close one. */
  state: 'new' | 'locked' | 'open' | 'elsewhere'
  /** Known when open. */
  person: { id: string; name: string } | null
  device: string | null
  /** Since it was started, the phone learned that it was taken out of use, handed in its work and erased itself. */
  forgotten: boolean
  support: DeviceSupport
}

export interface EnrolRequest { code: string; account: string; password: string; pin: string; name: string }

/** How far a record has travelled. `problem`: the server did not store it, see `problems`. */
export type SendState = 'waiting' | 'sent' | 'problem'

/** A row of any list but households. */
export interface RecordCard {
  id: string
  kind: Kind
  area: string
  /** The household it is about, or its own id, or null (trip, stay). */
  household: string | null
  /** What a person would call it. */
  title: string
  /** Its own date: visited, stayed, raised. */
  date: string | null
  /** A difficulty's description, a measure's content, the name of a project …; null where there is none. */
  note: string | null
  /** Null for other kinds. */
  dispute: DisputeCard | null
  review: ReviewState
  send: SendState
  /** Submitted here, but the server has not yet answered: `withdraw` still takes it back silently. */
  submitting: boolean
  /** The leader's sentence, while returned. */
  remark: string | null
  conflicts: number
  /** Written on this phone. */
  mine: boolean
  createdAt: number
  savedAt: number
}

/** A card of the first screen, from the summary store; sorted: late, today, draft, returned, rest. */
export interface HouseholdCard {
  id: string
  village: string
  villageName: string
  group: string | null
  name: string
  /** First letters of the head's name in pinyin, lower case, for search. */
  initials: string
  address: string | null
  phone: string | null
  people: number
  /** Codes of the household form. */
  attribute: string | null
  severity: string | null
  lastVisit: string | null
  nextVisit: string | null
  /** Days after `nextVisit`; 0 = today; null = no date or still ahead. */
  daysLate: number | null
  /** Newest draft visit of this phone. */
  draft: { id: string; savedAt: number } | null
  /** A returned record of this household with the leader's sentence. */
  returned: { id: string; remark: string } | null
  waiting: number
  problems: number
  conflicts: number
  /** Open disputes: its figures are marked. */
  disputes: number
  paired: boolean
  /** The leader said that another household stands for this one: both are one family. */
  alias: AliasOf | null
}

/** The household that stands for an alias; `name` and `place` are null when this phone does not have it. */
export interface AliasOf { id: string; name: string | null; place: string | null }

/** One household with what belongs to it, newest first. */
export interface HouseholdPage {
  card: HouseholdCard
  answers: Answers
  members: { id: string; answers: { [field: string]: Value } }[]
  visits: RecordCard[]
  difficulties: RecordCard[]
  disputes: RecordCard[]
  /** What can be signed, and so disputed: its register first. */
  documents: RecordCard[]
  drafts: RecordCard[]
  conflicts: ConflictView[]
  /** Name of the village it moved to; it goes once everything about it is sent. */
  movedTo: string | null
}

/** One record opened. */
export interface RecordView {
  card: RecordCard
  /** `name/version` it is written with. */
  form: string
  answers: Answers
  conflicts: ConflictView[]
  /** What can be undone now. */
  undo: Undo | null
  /** Null when it may be edited; else why not. */
  readOnly: 'other_author' | 'approved' | 'no_grant' | 'raised' | 'moved' | null
  /** Name of the village its household moved to; the record goes once everything about it is sent. */
  movedTo: string | null
}

/** `person` is empty until the server told whose device it is. */
export interface ConflictValue { value: Value; person: string; device: string; madeAt: number; mine: boolean }
/** Different concurrent values of an "ask" field; the first is the one shown elsewhere. */
export interface ConflictView {
  record: string
  kind: Kind
  title: string
  path: string
  values: ConflictValue[]
  /** The person chose to leave it to the leader. */
  left: boolean
}

/** The last edit of a record made here, and what it would bring back. */
export interface Undo { path: string; value: Value; madeAt: number }
export interface Saved { savedAt: number; undo: Undo | null }

/** `blocking`: the form's findings of severity `error`; nothing was submitted. */
export type Submitted = { done: true; savedAt: number } | { done: false; blocking: Finding[] }

/** What `subscribe` tells; read again what is on the screen. */
export type PhoneEvent =
  | { type: 'records'; records: string[] }
  | { type: 'reference' }
  | { type: 'sync'; sync: SyncState }
  /** So many of the things to export are sealed. */
  | { type: 'exporting'; done: number; of: number }
  | { type: 'status'; status: PhoneStatus }

/** Where the person was, so that a killed browser reopens there. */
export interface Place { route: string; savedAt: number }

export interface PhoneApi extends DisputeApi, DossierApi, PhotoApi, SigningApi, SurveyApi, SyncApi {
  status(): Promise<PhoneStatus>
  /** Online. PIN: at least 6 digits or letters. Leaves the phone open, then the first pull begins. */
  enrol(request: EnrolRequest): Promise<PhoneStatus>
  unlock(pin: string): Promise<PhoneStatus>
  lock(): Promise<void>
  /** Online. A new session for the enrolled person, when `lastError` is `session_ended`. */
  signIn(password: string): Promise<void>
  changePin(old: string, pin: string): Promise<void>
  askPersistence(): Promise<boolean>

  reference(): Promise<Reference | null>
  households(): Promise<HouseholdCard[]>
  household(id: string): Promise<HouseholdPage>
  record(id: string): Promise<RecordView>
  /** Own records of one kind or all, newest first: trips, stays, visits… */
  records(kind?: Kind): Promise<RecordCard[]>
  /** Not handed in: what was begun here, and registers of others changed here. */
  drafts(): Promise<RecordCard[]>
  /** Sent back by the leader: own records, and those this phone changed or submitted and may still edit. */
  returned(): Promise<RecordCard[]>
  conflicts(): Promise<ConflictView[]>

  /**
   * Opens today's visit; makes the day's trip to that village if there is none. Answers the visit's id.
   * `visitType` (`visit_type` of the form) is what a new one is begun as; an open visit that is still the routine
   * one it began as becomes that. Without it: whatever is open, else a routine one.
   */
  startVisit(household: string, visitType?: string): Promise<string>
  /** One stay per village and date: a second call changes the first one. Answers its id. */
  stayNight(village: string, date: string, lodged: boolean): Promise<string>
  addDifficulty(household: string, answers: { [field: string]: Value }): Promise<string>
  /** A household not on the list (系统外). */
  addHousehold(village: string, answers: { [field: string]: Value }): Promise<string>

  /** Autosave of one tap. `null` clears. */
  put(id: string, path: string, value: Value): Promise<Saved>
  undo(id: string): Promise<Saved>
  /** Answers the new element's id. */
  addElement(id: string, repeat: string, answers?: { [field: string]: Value }): Promise<string>
  /** Marks an element as gone from a date; it is never deleted. */
  removeElement(id: string, repeat: string, element: string): Promise<Saved>
  /** The first visit of a trip takes the trip along, if that is complete. */
  submit(id: string): Promise<Submitted>
  withdraw(id: string): Promise<void>
  /** Writes the chosen (or another) value having seen all. */
  resolve(id: string, path: string, value: Value): Promise<Saved>
  leaveConflict(id: string, path: string): Promise<void>

  rememberPlace(route: string): Promise<void>
  lastPlace(): Promise<Place | null>
  /** Returns the function that ends it. */
  subscribe(listener: (event: PhoneEvent) => void): () => void
}
