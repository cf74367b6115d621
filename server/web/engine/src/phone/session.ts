// The phone's account: enrolment with a one-time code, sessions and their renewal (§9).
import { utf8, type Bytes } from '../bytes'
import type { Context } from '../context'
import { proof, publicKeyText } from '../protocol/seal'
import type { Tokens } from './book'
import { Failure } from './failure'
import type { Reply, Transport } from './transport'

/** Renew this long before the token ends. */
const MARGIN_MS = 30_000

interface SessionAnswer { access_token: string; refresh_token: string; expires_in: number; person: { id: string; name: string } }
export interface Enrolled { device: string; session: SessionAnswer }

function json(value: object): Bytes {
  return utf8(JSON.stringify(value))
}

/** The problem document of a reply that is not 2xx, as a failure. */
export function failureOf({ status, body, date }: Reply): Failure {
  try {
    const problem = JSON.parse(new TextDecoder().decode(body)) as { code?: string; detail?: string; title?: string; field?: string }
    if (typeof problem.code === 'string') return new Failure(problem.code, problem.detail ?? problem.title, problem.field, date)
  } catch {
    // Not a problem document: a proxy's page or nothing at all.
  }
  return new Failure('server', `HTTP ${status}`)
}

/** Sends; a lost line is a failure `offline`, a refusal one with the server's code. */
export async function ask(transport: Transport, method: 'GET' | 'POST' | 'DELETE', path: string, headers: { [name: string]: string }, body?: Bytes): Promise<Reply> {
  let reply: Reply
  try {
    reply = await transport.send(method, path, headers, body)
  } catch {
    throw new Failure('offline')
  }
  if (reply.status < 200 || reply.status > 299) throw failureOf(reply)
  return reply
}

async function post<T>(transport: Transport, path: string, value: object, headers: { [name: string]: string } = {}): Promise<T> {
  const reply = await ask(transport, 'POST', path, { 'content-type': 'application/json', ...headers }, json(value))
  try {
    return JSON.parse(new TextDecoder().decode(reply.body)) as T
  } catch {
    throw new Failure('server', 'an answer that is not JSON')
  }
}

function tokensOf(session: SessionAnswer, context: Context): Tokens {
  return { access: session.access_token, refresh: session.refresh_token, expiresAt: context.now() + session.expires_in * 1000 }
}

/** Registers the public key; answers the device's number and the first session. */
export async function enrol(
  transport: Transport, keys: CryptoKeyPair, context: Context,
  request: { code: string; account: string; password: string; name: string; version: string },
): Promise<{ device: string; person: { id: string; name: string }; tokens: Tokens }> {
  const { code, account, password, name, version } = request
  const key = await publicKeyText(keys)
  const answer = await post<Enrolled>(transport, '/api/v1/devices', { code, account, password, key, name, app_version: version })
  return { device: answer.device, person: answer.session.person, tokens: tokensOf(answer.session, context) }
}

/** Posts with a proof of possession. A phone whose clock is wrong proves again by the server's clock. */
async function prove<T>(transport: Transport, keys: CryptoKeyPair, context: Context, path: string, value: object): Promise<T> {
  const once = async (clock: Context): Promise<T> => post<T>(transport, path, value, { dpop: await proof(keys, 'POST', transport.origin + path, clock) })
  try {
    return await once(context)
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'bad_proof' || error.serverTime === undefined) throw error
    const time = error.serverTime
    return once({ now: () => time, random: (count) => context.random(count) })
  }
}

/** A new session by password, bound to the same key. */
export async function signIn(transport: Transport, keys: CryptoKeyPair, context: Context, account: string, password: string): Promise<Tokens> {
  const key = await publicKeyText(keys)
  return tokensOf(await prove<SessionAnswer>(transport, keys, context, '/api/v1/sessions', { account, password, key }), context)
}

/** The next session; the old refresh token is used up. */
export async function renew(transport: Transport, keys: CryptoKeyPair, context: Context, tokens: Tokens): Promise<Tokens> {
  return tokensOf(await prove<SessionAnswer>(transport, keys, context, '/api/v1/sessions/refresh', { refresh_token: tokens.refresh }), context)
}

/** Whether the access token must be renewed before it is used. */
export function isOld(tokens: Tokens, context: Context): boolean {
  return context.now() + MARGIN_MS >= tokens.expiresAt
}
