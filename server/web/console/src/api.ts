// Every request of the desk. One function adds the token, renews it once when it has ended, and
// turns refusals into `ProblemError`; below it one small function per route.
import { ProblemError, offline, readProblem } from './problem'
import type * as S from './schema'
import { accessToken, distrust } from './session/session'

type Query = Record<string, string | undefined | null>

interface Sending {
  body?: unknown
  accept?: string
  signal?: AbortSignal
}

async function send(method: string, path: string, { body, accept, signal }: Sending): Promise<Response> {
  const token = await accessToken()
  const headers: Record<string, string> = { authorization: `Bearer ${token}`, accept: accept ?? 'application/json' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  const init: RequestInit = { method, headers, cache: 'no-store', signal: signal ?? null }
  if (body !== undefined) init.body = JSON.stringify(body)
  const response = await fetch(path, init).catch(() => null)
  if (!response) throw offline()
  if (response.ok) return response
  const problem = await readProblem(response)
  if (problem.code === 'token_expired' || problem.code === 'unauthenticated') distrust(token)
  throw problem
}

/** Sends, and once more when the token had just ended. */
async function answer(method: string, path: string, sending: Sending): Promise<Response> {
  return send(method, path, sending).catch((thrown: unknown) => {
    if (thrown instanceof ProblemError && thrown.code === 'token_expired') return send(method, path, sending)
    throw thrown
  })
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await answer(method, path, { body })
  return response.status === 204 ? (undefined as T) : ((await response.json()) as T)
}

function at(path: string, query: Query = {}): string {
  const present = Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]))
  const text = new URLSearchParams(present).toString()
  return `/api/v1/${path}${text ? `?${text}` : ''}`
}

/** The stream of changes; the caller reads its body. */
export async function openEvents(signal: AbortSignal): Promise<Response> {
  const token = await accessToken()
  const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' }
  const response = await fetch(at('events'), { headers, signal, cache: 'no-store' }).catch(() => null)
  if (!response) throw offline()
  if (response.ok) return response
  distrust(token)
  throw await readProblem(response)
}

export const reference = (): Promise<S.Reference> => call('GET', at('reference'))

export const reviews = (query: { area?: string; state?: string }): Promise<S.ReviewQueue> =>
  call('GET', at('reviews', query))
export const review = (record: string): Promise<S.Review> => call('GET', at(`reviews/${record}`))
export const decide = (decisions: S.DecideOne[]): Promise<S.Decided> =>
  call('POST', at('reviews/decide'), { decisions })

export const conflicts = (query: { area?: string; state?: string }): Promise<S.ConflictList> =>
  call('GET', at('conflicts', query))
export const resolve = (id: string, body: S.Resolve): Promise<unknown> =>
  call('POST', at(`conflicts/${id}/resolve`), body)

export const duplicates = (): Promise<S.DuplicateList> => call('GET', at('duplicates'))
export const settleDuplicate = (body: S.SettleDuplicate): Promise<S.DuplicateList> =>
  call('POST', at('duplicates'), body)

export const disputes = (query: { area?: string; state?: string; overdue?: string; household?: string }): Promise<S.DisputeList> =>
  call('GET', at('disputes', query))
export const dispute = (id: string): Promise<S.DisputeDetail> => call('GET', at(`disputes/${id}`))
export const stepDispute = (id: string, body: S.DisputeStep): Promise<S.DisputeDetail> =>
  call('POST', at(`disputes/${id}/step`), body)
export const relocate = (body: S.Relocate): Promise<S.Relocation> => call('POST', at('relocations'), body)

export const records = (query: { kind?: string; area?: string; household?: string; after?: string }): Promise<S.RecordPage> =>
  call('GET', at('records', query))
export const record = (id: string): Promise<S.RecordDetail> => call('GET', at(`records/${id}`))
export const prompts = (id: string): Promise<S.PromptList> => call('GET', at(`records/${id}/prompts`))
export const history = (id: string): Promise<S.History> => call('GET', at(`records/${id}/history`))

/** What is masked, told for a purpose; the server writes it down. */
export const reveal = (body: S.Reveal): Promise<S.Revealed> => call('POST', at('reveals'), body)
export const reveals = (query: { record?: string; area?: string }): Promise<S.RevealList> => call('GET', at('reveals', query))

export const version = (record: string, digest: string): Promise<S.Version> =>
  call('GET', at(`records/${record}/versions/${digest}`))
export const versions = (code: string): Promise<S.VersionList> => call('GET', at('versions', { code }))

/** A picture made from a file: a photo to look at or in small, the strokes of a signature as SVG. */
export type Variant = 'view' | 'thumbnail' | 'signature'
export const filePath = (sha256: string, variant: Variant): string => at(`files/${sha256}/${variant}`)
/** The bytes behind `filePath`. */
export const picture = async (path: string, signal: AbortSignal): Promise<Blob> =>
  (await answer('GET', path, { accept: 'image/*', signal })).blob()

export const duties = (query: { month: string; area: string }): Promise<S.DutyReport> =>
  call('GET', at('duties', query))
export const dutyRecords = (query: { month: string; person: string; village: string; rule: string }): Promise<S.DutyRecords> =>
  call('GET', at('duties/records', query))

export const surveys = (): Promise<S.SurveyRounds> => call('GET', at('surveys'))
export const openSurvey = (body: S.OpenSurvey): Promise<S.SurveyRound> => call('POST', at('surveys'), body)
export const surveyProgress = (id: string): Promise<S.SurveyProgress> => call('GET', at(`surveys/${id}`))
export const surveySummary = (id: string): Promise<S.SurveySummary> => call('GET', at(`surveys/${id}/summary`))
export const closeSurvey = (id: string): Promise<S.SurveyRound> => call('POST', at(`surveys/${id}/close`))
/** Village outlines as GeoJSON; `not_found` when the operator has loaded none. */
export const map = (): Promise<unknown> => call('GET', at('map'))

/** The files of households; `complete` takes those with exactly so many documents. */
export const dossiers = (query: { area: string; month: string; complete?: string; after?: string | null }): Promise<S.DossierList> =>
  call('GET', at('dossiers', query))
export const registers = (query: { area: string; month: string }): Promise<S.Registers> =>
  call('GET', at('registers', query))

export const devices = (): Promise<S.Device[]> => listOf(call('GET', at('devices')), 'devices')
export const revoke = (id: string): Promise<unknown> => call('POST', at(`devices/${id}/revoke`))
export const enrolCode = (person: string): Promise<S.EnrolCode> => call('POST', at('enrol-codes'), { person })
export const quarantine = (): Promise<S.QuarantinedItem[]> => listOf(call('GET', at('quarantine')), 'items')
export const quarantined = (id: string): Promise<S.QuarantinedDetail> => call('GET', at(`quarantine/${id}`))
export const settleQuarantined = (id: string, verb: 'release' | 'dismiss', body: S.SettleQuarantined): Promise<unknown> =>
  call('POST', at(`quarantine/${id}/${verb}`), body)
/** The item with its bytes. */
export const exportQuarantined = async (id: string): Promise<Blob> =>
  (await answer('GET', at(`quarantine/${id}/export`), { accept: 'application/cbor' })).blob()

/** Lists whose shape is not fixed yet: the array itself, or an object that holds it. */
async function listOf<T>(answer: Promise<unknown>, name: string): Promise<T[]> {
  const body = await answer
  return (Array.isArray(body) ? body : ((body as Record<string, unknown>)[name] ?? [])) as T[]
}
