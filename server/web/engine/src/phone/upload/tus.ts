// One file to the server over tus 1.0: PATCH from the byte the server has, and after a cut one HEAD
// to learn which that is (`3-protocol.md` §7). Bytes the server has are never sent again.
import { sha256, toHex, type Bytes } from '../../bytes'
import type { Access } from '../access'
import { Failure } from '../failure'
import { failureOf } from '../session'
import type { Reply, Transport } from '../transport'

/** Cuts in a row that brought nothing before the line counts as lost. */
const FRUITLESS_CUTS = 2
/** Refusals of the bytes themselves: trying again changes nothing. */
const REFUSED: { [status: number]: string } = { 413: 'too_large', 415: 'wrong_type' }

/** The upload stands elsewhere, has ended, or a request that died still holds it: ask, then go on. */
const MISPLACED = new Set([404, 409, 410, 423])

export interface Delivery {
  access: Access
  transport: Transport
  signal: AbortSignal
  /** Bytes on the line, for showing. */
  progress(sent: number): void
  /** Bytes the server has confirmed. */
  confirmed(sent: number): Promise<void>
}

/** `unknown`: the server has nothing of it, and nobody said it wants it. */
export type Result = 'stored' | 'unknown' | { refused: string }

/** Brings a file over. `from`: what the server is known to have; null asks first. Throws a `Failure` when the line is lost. */
export async function deliver(name: string, bytes: Bytes, from: number | null, wanted: boolean, parts: Delivery): Promise<Result> {
  let known = from
  let reached = from ?? -1
  let fruitless = 0
  let sentAnew = false
  for (;;) {
    if (known === null) {
      const had = await ask(name, parts)
      if (had === null && !wanted) return 'unknown'
      known = had ?? 0
      fruitless = known > reached ? 0 : fruitless + 1
      if (fruitless > FRUITLESS_CUTS) throw new Failure('offline', 'cut again and again')
      reached = known
      await parts.confirmed(known)
    }
    if (known >= bytes.length) return 'stored'
    const reply = await send(name, bytes, known, parts)
    if (reply === 'cut' || MISPLACED.has(reply.status)) {
      known = null
      continue
    }
    if (reply.status === 204 && reply.offset !== undefined) {
      known = reached = reply.offset
      await parts.confirmed(known)
      continue
    }
    const code = REFUSED[reply.status]
    if (code !== undefined) return { refused: code }
    if (reply.status !== 422) throw reply.status === 507 ? new Failure('no_space') : failureOf(reply)
    // The server found other bytes than the name says and dropped them: ours, or the line's fault?
    if (sentAnew || toHex(await sha256(bytes)) !== name) return { refused: 'digest_mismatch' }
    sentAnew = true
    known = reached = 0
  }
}

/** How much the server has; null: nothing, not even begun. */
async function ask(name: string, { access, transport }: Delivery): Promise<number | null> {
  const reply = await access.authorized(async (authorization) => {
    const answer = await lost(() => transport.send('HEAD', path(name), { authorization, 'tus-resumable': '1.0.0' }))
    if (answer.status === 401) throw new Failure('token_expired')
    return answer
  })
  if (reply.status === 404 || reply.status === 410) return null
  if (reply.offset === undefined || reply.status > 299) throw failureOf(reply)
  return reply.offset
}

function send(name: string, bytes: Bytes, from: number, { access, transport, signal, progress }: Delivery): Promise<Reply | 'cut'> {
  return access.authorized(async (authorization) => {
    const headers = {
      authorization, 'tus-resumable': '1.0.0', 'content-type': 'application/offset+octet-stream', 'upload-offset': String(from), 'upload-length': String(bytes.length),
    }
    let reply: Reply
    try {
      reply = await transport.upload(path(name), headers, bytes.subarray(from), { signal, progress: (sent) => progress(from + sent) })
    } catch {
      if (signal.aborted) throw new Failure('held')
      return 'cut'
    }
    if (reply.status === 401) throw failureOf(reply)
    return reply
  })
}

async function lost(send: () => Promise<Reply>): Promise<Reply> {
  try {
    return await send()
  } catch {
    throw new Failure('offline')
  }
}

const path = (name: string): string => `/api/v1/files/${name}`
