// Who is logged in, and the tokens. The access token lives in memory; the refresh token and its key
// in the vault. Two tabs share one refresh token, so refreshing happens under a browser-wide lock:
// using a token twice would revoke the login.
import { computed, shallowRef } from 'vue'
import { ProblemError, made, offline, readProblem } from '../problem'
import type { Person, Session } from '../schema'
import { makeKey, proof, publicKey } from './proof'
import * as vault from './vault'

/** A token is renewed when it has less than this left. */
const MARGIN_MS = 30_000
const LOCK = 'bidao-desk-session'

/** The person logged in. */
export const me = shallowRef<Person | null>(null)
export const loggedIn = computed(() => me.value !== null)
/** Why the last session ended without being asked to, to be said on the login page. */
export const endedBy = shallowRef<ProblemError | null>(null)

let access: { token: string; endsAt: number } | null = null
/** How far the server's clock is ahead of ours, as last told, in milliseconds. */
let ahead = 0
let refreshing: Promise<string> | null = null

/** Whether this page may use keys at all: browsers allow it only over HTTPS or on this machine. */
export const secure = globalThis.isSecureContext === true && crypto.subtle !== undefined

/** Logs in; throws a `ProblemError`. */
export async function login(account: string, password: string): Promise<void> {
  if (!secure) throw made('insecure')
  const key = await makeKey()
  const body = { account, password, key: await publicKey(key) }
  const session = await post('/api/v1/sessions', body, {})
  await vault.keep({ key, refreshToken: session.refresh_token })
  begin(session)
}

/** Goes on with the login kept from before, if there is one. */
export async function resume(): Promise<void> {
  if (!secure || !(await vault.read())) return
  try {
    await refresh()
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown
    endedBy.value = thrown
  }
}

/** A token that is good for the next half minute; throws when the session has ended. */
export async function accessToken(): Promise<string> {
  if (access && Date.now() < access.endsAt - MARGIN_MS) return access.token
  return refresh()
}

/** Throws the present token away: the server said it had ended. */
export function distrust(token: string): void {
  if (access?.token === token) access = null
}

/** Ends the session here and at the server. */
export async function logout(): Promise<void> {
  const token = access?.token
  await end(null)
  if (!token) return
  const headers = { authorization: `Bearer ${token}` }
  // Not reached: the session ends by itself, and the key is gone from this browser.
  await fetch('/api/v1/sessions/current', { method: 'DELETE', headers }).catch(() => undefined)
}

function refresh(): Promise<string> {
  refreshing ??= locked(renew).finally(() => (refreshing = null))
  return refreshing
}

async function renew(): Promise<string> {
  const kept = await vault.read()
  if (!kept) {
    await end(made('unauthenticated'))
    throw made('unauthenticated')
  }
  try {
    const before = ahead
    const session = await exchange(kept).catch((thrown: unknown) => {
      // A laptop whose clock is wrong: the answer told the server's time, so once more by that.
      if (thrown instanceof ProblemError && thrown.code === 'bad_proof' && ahead !== before) return exchange(kept)
      throw thrown
    })
    await vault.keep({ key: kept.key, refreshToken: session.refresh_token })
    begin(session)
    return session.access_token
  } catch (thrown) {
    // No server is no reason to forget who is logged in; a refusal is.
    if (thrown instanceof ProblemError && thrown.problem.status >= 400 && thrown.problem.status < 500) await end(thrown)
    throw thrown
  }
}

async function exchange(kept: vault.Kept): Promise<Session> {
  const path = '/api/v1/sessions/refresh'
  const claim = { method: 'POST', url: new URL(path, location.origin).href, at: Math.floor((Date.now() + ahead) / 1000) }
  return post(path, { refresh_token: kept.refreshToken }, { dpop: await proof(kept.key, claim) })
}

function begin(session: Session): void {
  access = { token: session.access_token, endsAt: Date.now() + session.expires_in * 1000 }
  endedBy.value = null
  if (me.value?.id !== session.person.id) me.value = session.person
}

async function end(why: ProblemError | null): Promise<void> {
  access = null
  me.value = null
  endedBy.value = why
  await vault.forget()
}

function locked<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? (navigator.locks.request(LOCK, work) as Promise<T>) : work()
}

async function post(path: string, body: unknown, headers: Record<string, string>): Promise<Session> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }
  const response = await fetch(path, init).catch(() => null)
  if (!response) throw offline()
  const told = Date.parse(response.headers.get('date') ?? '')
  if (!Number.isNaN(told)) ahead = told - Date.now()
  if (!response.ok) throw await readProblem(response)
  return (await response.json()) as Session
}
