// A line that can be cut: what a browser sends passes here, and breaks at any byte. It counts the bytes
// of files that went over it.
import { createServer, request as ask } from 'node:http'

const FILE = /^\/api\/v1\/files\/([0-9a-f]{64})$/

export class PhotoLine {
  /** Bytes of files that went over the line. */
  fileBytes = 0
  /** Per file, how often its bytes began to come. */
  uploads = new Map()
  cuts = 0
  connections = 0
  /** Told of every upload before its first byte goes on: `(sha256) => Promise`. */
  onUpload = async () => {}
  /** Decides after how many bytes (body and answer) a connection is cut; Infinity: never. */
  #cutAfter = () => Infinity
  #server = createServer({ keepAliveTimeout: 1 }, (incoming, answer) => void this.#pass(incoming, answer))
  #target
  #held = []

  /** `target`: where the server listens, asked anew for every connection because it may be started again. */
  static async open(target) {
    const line = new PhotoLine()
    line.#target = target
    await new Promise((done) => line.#server.listen(0, '127.0.0.1', done))
    line.url = `http://127.0.0.1:${line.#server.address().port}`
    return line
  }

  /** From now on that share of connections is cut at a byte by chance. */
  cut(share, chance) {
    this.#cutAfter = (bytes) => (chance() < share ? Math.floor(chance() * (bytes + 300)) : Infinity)
  }

  mend() {
    this.#cutAfter = () => Infinity
  }

  /** The next upload stops after so many bytes of its body, and its connection hangs; resolves when it does. */
  hangNextUpload(after) {
    return new Promise((done) => this.#held.push({ after, done }))
  }

  close() {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  async #pass(incoming, answer) {
    this.connections++
    const name = incoming.method === 'PATCH' ? FILE.exec(incoming.url)?.[1] : undefined
    const hold = name ? this.#held.shift() : undefined
    const length = Number(incoming.headers['content-length'] ?? 0)
    let left = hold ? hold.after : this.#cutAfter(length)
    try {
      if (name) {
        this.uploads.set(name, (this.uploads.get(name) ?? 0) + 1)
        await this.onUpload(name)
      }
      const onward = this.#onward(incoming, answer, () => left)
      for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
        const part = chunk.subarray(0, left)
        left -= part.length
        if (name) this.fileBytes += part.length
        // What was read here is handed on before anything is cut.
        await new Promise((done) => onward.write(part, done))
        if (left > 0) continue
        if (!hold) return this.#break(incoming, onward)
        // Nobody tells the server that the phone is gone.
        return hold.done(name)
      }
      onward.end()
    } catch {
      answer.destroy()
    }
  }

  #onward(incoming, answer, left) {
    const [host, port] = this.#target().split(':')
    // Every request has a connection of its own: that is what is cut.
    const headers = { ...incoming.headers, connection: 'close' }
    const onward = ask({ host, port, method: incoming.method, path: incoming.url, headers, agent: false }, async (reply) => {
      const chunks = []
      for await (const chunk of reply) chunks.push(chunk)
      const body = Buffer.concat(chunks)
      // The cut may also hit the answer: the server did its work, and the phone does not know.
      if (left() < 300) return this.#break(incoming, onward)
      const { 'transfer-encoding': _, ...kept } = reply.headers
      const length = body.length > 0 ? { 'content-length': body.length } : {}
      answer.writeHead(reply.statusCode, { ...kept, ...length, connection: 'close' }).end(body)
    })
    onward.on('error', () => answer.destroy())
    return onward
  }

  #break(incoming, onward) {
    this.cuts++
    incoming.socket.destroy()
    // The server's end sees the line close, not a reset: what is on its way to it arrives.
    onward.socket?.end()
  }
}
