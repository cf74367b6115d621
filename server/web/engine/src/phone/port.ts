// `PhoneApi` across a message port: the engine runs in a worker, the screens hold a stand-in.
import type { PhoneApi, PhoneEvent } from './api'
import { Failure } from './failure'

/** The part of a worker or `MessagePort` used here. */
export interface Port {
  postMessage(message: unknown, transfer?: Transferable[]): void
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void
}

type Method = Exclude<keyof PhoneApi, 'subscribe'>
type Ask = { ask: number; method: Method; values: unknown[] }
type Told = { answer: number; value?: unknown; failure?: { code: string; message: string; field?: string } } | { event: PhoneEvent }

/** Answers a port's questions with an engine. */
export function serve(port: Port, api: PhoneApi): void {
  api.subscribe((event) => port.postMessage({ event } satisfies Told))
  port.addEventListener('message', ({ data }: MessageEvent<Ask>) => {
    if (typeof data?.ask !== 'number') return
    const answer = data.ask
    const method = api[data.method] as (...values: unknown[]) => Promise<unknown>
    Promise.resolve()
      .then(() => method.apply(api, data.values))
      .then((value) => port.postMessage({ answer, value } satisfies Told))
      .catch((error: unknown) => port.postMessage({ answer, failure: described(error) } satisfies Told))
  })
}

function described(error: unknown): { code: string; message: string; field?: string } {
  if (error instanceof Failure) return { code: error.code, message: error.message, field: error.field }
  console.error(error)
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) }
}

/** The stand-in at the other end of the port. `broken` ends every open question with that failure. */
export function connect(port: Port): { api: PhoneApi; broken(code: string): void } {
  const open = new Map<number, { done(value: unknown): void; failed(error: Failure): void }>()
  const listeners = new Set<(event: PhoneEvent) => void>()
  let last = 0
  let end: string | null = null
  port.addEventListener('message', ({ data }: MessageEvent<Told>) => {
    if ('event' in data) {
      for (const listener of listeners) listener(data.event)
      return
    }
    const { answer, value, failure } = data
    const asked = open.get(answer)
    open.delete(answer)
    if (failure) asked?.failed(new Failure(failure.code, failure.message, failure.field))
    else asked?.done(value)
  })
  const call = (method: Method) => (...values: unknown[]) => new Promise((done, failed) => {
    if (end !== null) return failed(new Failure(end))
    const ask = ++last
    open.set(ask, { done, failed })
    port.postMessage({ ask, method, values } satisfies Ask)
  })
  const subscribe: PhoneApi['subscribe'] = (listener) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  const api = new Proxy({} as PhoneApi, {
    get(_, name) {
      if (name === 'subscribe') return subscribe
      // A promise that resolves to the stand-in must not take it for another promise.
      return typeof name === 'string' && name !== 'then' ? call(name as Method) : undefined
    },
  })
  const broken = (code: string): void => {
    end = code
    for (const asked of open.values()) asked.failed(new Failure(code))
    open.clear()
  }
  return { api, broken }
}
