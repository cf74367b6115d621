// A small real HTTP server that keeps files as tus 1.0 says, and a line to it whose connections can
// be cut at any byte. It keeps every byte it has read, as the server does.
import { createHash } from 'node:crypto'
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { own, type Bytes } from '../src/bytes'
import type { Reply, Transport, Watch } from '../src/phone/transport'

export class TusServer {
  /** Complete files by hash. */
  readonly stored = new Map<string, Buffer>()
  readonly parts = new Map<string, Buffer>()
  /** Method and file of every request. */
  readonly requests: string[] = []
  /** File bytes read, over all connections. */
  received = 0
  /** After how many bytes the next upload is cut; `'answer'`: after the last byte, before the answer. */
  cuts: (number | 'answer' | null)[] = []
  /** Statuses for the next uploads instead of taking them. */
  refusals: { status: number; code: string }[] = []
  /** Flips a bit of the next so many uploads, as a bad line might. */
  spoil = 0
  #server = createServer((incoming, answer) => void this.#serve(incoming, answer))
  #port = 0

  static async open(): Promise<TusServer> {
    const made = new TusServer()
    await new Promise<void>((done) => made.#server.listen(0, '127.0.0.1', done))
    made.#port = (made.#server.address() as AddressInfo).port
    return made
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  have(name: string): number {
    return this.stored.get(name)?.length ?? this.parts.get(name)?.length ?? 0
  }

  async #serve(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const name = (incoming.url ?? '').split('/').at(-1) ?? ''
    this.requests.push(`${incoming.method} ${name.slice(0, 8)}`)
    answer.setHeader('Tus-Resumable', '1.0.0')
    if (incoming.method === 'HEAD') {
      const known = this.stored.has(name) || this.parts.has(name)
      if (known) answer.setHeader('Upload-Offset', this.have(name))
      answer.writeHead(known ? 200 : 404).end()
      return
    }
    const refusal = this.refusals.shift()
    if (refusal) {
      incoming.resume()
      answer.writeHead(refusal.status).end(JSON.stringify({ code: refusal.code }))
      return
    }
    await this.#take(name, incoming, answer)
  }

  async #take(name: string, incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const [offset, length] = [Number(incoming.headers['upload-offset']), Number(incoming.headers['upload-length'])]
    if (offset !== this.have(name)) {
      incoming.resume()
      answer.writeHead(409).end()
      return
    }
    const cut = this.cuts.shift() ?? null
    const spoiled = this.spoil-- > 0
    const { socket } = incoming
    let left = typeof cut === 'number' ? cut : Number.POSITIVE_INFINITY
    try {
      for await (const chunk of incoming as AsyncIterable<Buffer>) {
        const taken = chunk.subarray(0, left)
        if (spoiled && taken.length > 0) taken[0] = taken[0]! ^ 1
        left -= taken.length
        this.received += taken.length
        this.parts.set(name, Buffer.concat([this.parts.get(name) ?? Buffer.alloc(0), taken]))
        if (left <= 0) break
      }
    } catch {
      return
    }
    const whole = this.parts.get(name) ?? Buffer.alloc(0)
    const fine = whole.length === length && createHash('sha256').update(whole).digest('hex') === name
    if (whole.length === length) this.parts.delete(name)
    if (fine) this.stored.set(name, whole)
    if (typeof cut === 'number' || cut === 'answer') return void socket.destroy()
    if (whole.length === length && !fine) answer.writeHead(422).end(JSON.stringify({ code: 'digest_mismatch' }))
    else answer.writeHead(204, { 'Upload-Offset': whole.length }).end()
  }

  /** The way to this server. */
  line(): Pick<Transport, 'send' | 'upload'> {
    return {
      send: (method, path, headers) => this.#ask(method, path, headers, null),
      upload: (path, headers, body, watch) => this.#ask('PATCH', path, headers, body, watch),
    }
  }

  #ask(method: string, path: string, headers: { [name: string]: string }, body: Bytes | null, watch?: Watch): Promise<Reply> {
    return new Promise((done, failed) => {
      const length = body ? { 'content-length': String(body.length) } : {}
      const asked = request({ port: this.#port, host: '127.0.0.1', method, path, headers: { ...headers, ...length }, agent: false }, (reply) => {
        const chunks: Buffer[] = []
        reply.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', failed).on('end', () => {
          const offset = reply.headers['upload-offset']
          done({ status: reply.statusCode ?? 0, body: own(Buffer.concat(chunks)), offset: offset === undefined ? undefined : Number(offset) })
        })
      })
      const abort = (): void => void asked.destroy()
      watch?.signal.addEventListener('abort', abort)
      asked.on('error', failed).on('close', () => {
        watch?.signal.removeEventListener('abort', abort)
        failed(new TypeError('closed'))
      })
      if (body) asked.write(body, () => watch?.progress(body.length))
      asked.end()
    })
  }
}
