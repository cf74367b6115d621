// The access token for whoever asks, text or photos. Only one renewal at a time: a refresh token
// used twice ends the session.
import type { Context } from '../context'
import type { Book, Tokens } from './book'
import { Failure } from './failure'
import { isOld, renew } from './session'
import type { Transport } from './transport'

export interface AccessParts {
  book: Book
  keys: CryptoKeyPair
  transport: Transport
  context: Context
  exclusive<T>(step: () => Promise<T>): Promise<T>
}

/** Refusals of a renewal that only a password can end. */
const ENDED = new Set(['token_reused', 'unauthenticated', 'bad_proof', 'token_expired'])

export class Access {
  #renewing: Promise<Tokens> | null = null

  constructor(private readonly parts: AccessParts) {}

  /** Sends with a token; with a new one once more when the server says that it has expired. */
  async authorized<T>(send: (authorization: string) => Promise<T>): Promise<T> {
    const token = await this.token()
    try {
      return await send(`Bearer ${token}`)
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'token_expired') throw error
      return send(`Bearer ${await this.#after(token)}`)
    }
  }

  /** A token that is good for the next moments. */
  async token(): Promise<string> {
    const tokens = this.#tokens()
    return (isOld(tokens, this.parts.context) ? await this.#renew() : tokens).access
  }

  async #after(refused: string): Promise<string> {
    const tokens = this.#tokens()
    return (tokens.access === refused ? await this.#renew() : tokens).access
  }

  #tokens(): Tokens {
    const { tokens } = this.parts.book.state
    if (!tokens) throw new Failure('session_ended')
    return tokens
  }

  #renew(): Promise<Tokens> {
    this.#renewing ??= this.#renewed().finally(() => (this.#renewing = null))
    return this.#renewing
  }

  async #renewed(): Promise<Tokens> {
    const { book, keys, transport, context, exclusive } = this.parts
    try {
      const next = await renew(transport, keys, context, this.#tokens())
      await exclusive(() => book.commit([{ table: 'state', key: 'tokens', value: next }]))
      return next
    } catch (error) {
      if (error instanceof Failure && ENDED.has(error.code)) throw new Failure('session_ended')
      throw error
    }
  }
}
