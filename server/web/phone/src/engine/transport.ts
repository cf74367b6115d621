// The line: `fetch` to the server the app came from.
import type { Bytes } from '@engine/bytes'
import type { Reply, Transport, Watch } from '@engine/phone/transport'

/** A request that got no answer by then counts as lost; what was sent is offered again. */
const PATIENCE_MS = 60_000

type Connection = EventTarget & { effectiveType?: string; saveData?: boolean; type?: string }
/** What this browser knows about its line; undefined where it does not say. */
export const connection = (): Connection | undefined => (navigator as Navigator & { connection?: Connection }).connection

const replyHead = (status: number, date: string | null, offset: string | null): Omit<Reply, 'body'> => {
  const time = Date.parse(date ?? '')
  return { status, date: Number.isNaN(time) ? undefined : time, offset: offset !== null && /^\d+$/.test(offset) ? Number(offset) : undefined }
}

export function browserTransport(): Transport {
  return {
    origin: self.location.origin,
    online: () => navigator.onLine,
    slow: () => {
      const line = connection()
      return line?.saveData === true || line?.effectiveType === '2g' || line?.effectiveType === 'slow-2g'
    },
    wifi: () => {
      const type = connection()?.type
      return type === undefined || type === 'unknown' ? null : type === 'wifi' || type === 'ethernet'
    },
    upload,
    async send(method, path, headers, body) {
      const patience = new AbortController()
      const timer = setTimeout(() => patience.abort(), PATIENCE_MS)
      try {
        const reply = await fetch(path, {
          method, headers, body, signal: patience.signal, cache: 'no-store', credentials: 'omit', redirect: 'error',
        })
        return { ...replyHead(reply.status, reply.headers.get('date'), reply.headers.get('upload-offset')), body: new Uint8Array(await reply.arrayBuffer()) }
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

/** Not `fetch`: only this tells how much of the body has left. Given up when nothing moves for a minute. */
function upload(path: string, headers: { [name: string]: string }, body: Bytes, { progress, signal }: Watch): Promise<Reply> {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest()
    const abort = (): void => request.abort()
    let timer = setTimeout(abort, PATIENCE_MS)
    const end = (act: () => void) => (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      act()
    }
    request.open('PATCH', path)
    request.responseType = 'arraybuffer'
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.addEventListener('progress', ({ loaded }) => {
      clearTimeout(timer)
      timer = setTimeout(abort, PATIENCE_MS)
      progress(loaded)
    })
    request.addEventListener('load', end(() => done({
      ...replyHead(request.status, request.getResponseHeader('date'), request.getResponseHeader('upload-offset')),
      body: new Uint8Array((request.response as ArrayBuffer | null) ?? new ArrayBuffer(0)),
    })))
    for (const broken of ['error', 'abort']) request.addEventListener(broken, end(() => failed(new TypeError('no line'))))
    signal.addEventListener('abort', abort)
    request.send(body)
  })
}
