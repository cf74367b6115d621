// Live: the server says "area X is at seq n", and whatever list is on the screen loads again.
// The stream is read with fetch, because EventSource cannot carry the token. Losing it loses
// nothing: after every reconnection the lists load once more.
import { onScopeDispose, shallowRef } from 'vue'
import { openEvents } from './api'
import { eventParser } from './events'

const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 30_000
/** Events that arrive together cause one reload, and reloads keep a distance. */
const GATHER_MS = 300
const LEAST_MS = 2_000

/** Whether the stream is open. */
export const live = shallowRef(false)

type Listener = () => void
const listeners = new Set<Listener>()
let gathering: ReturnType<typeof setTimeout> | null = null

/** Calls `listener` after a change, for as long as the component lives. */
export function onChange(listener: Listener): void {
  listeners.add(listener)
  onScopeDispose(() => listeners.delete(listener))
}

let toldAt = 0

function tell(): void {
  gathering ??= setTimeout(now, Math.max(GATHER_MS, toldAt + LEAST_MS - Date.now()))
}

function now(): void {
  gathering = null
  // Nobody looks: the lists load when the page is shown again.
  if (document.hidden) return document.addEventListener('visibilitychange', tell, { once: true })
  toldAt = Date.now()
  for (const listener of listeners) listener()
}

/** Keeps the stream open until the returned function is called. */
export function start(): () => void {
  const stop = new AbortController()
  void keepOpen(stop.signal)
  return () => {
    stop.abort()
    live.value = false
  }
}

async function keepOpen(signal: AbortSignal): Promise<void> {
  let pause = FIRST_PAUSE_MS
  let lost = false
  while (!signal.aborted) {
    try {
      const response = await openEvents(signal)
      live.value = true
      pause = FIRST_PAUSE_MS
      if (lost) tell()
      await readEvents(response, signal)
    } catch {
      // Refused or cut: the next try follows after the pause.
    }
    live.value = false
    lost = true
    // Spread over half the pause, so that a restarted server is not met by all desks at once.
    await wait(pause / 2 + (Math.random() * pause) / 2, signal)
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
  }
}

async function readEvents(response: Response, signal: AbortSignal): Promise<void> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  if (!reader) return
  signal.addEventListener('abort', () => void reader.cancel().catch(() => undefined), { once: true })
  const parse = eventParser((name) => name === 'area' && tell())
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    parse(value)
  }
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', () => (clearTimeout(timer), done()), { once: true })
  })
}
