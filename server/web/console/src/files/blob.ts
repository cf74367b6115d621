// Pictures of the API as blob URLs: an <img> cannot send the token, so they are fetched. A picture
// shown in two places is fetched once, only a few travel at a time, and a URL is revoked with its
// last user, because a revoked blob is the only one the browser forgets.

/** Pictures fetched at once: a list of thumbnails must not hold up the answers it belongs to. */
export const LANES = 4

interface Held {
  users: number
  url: Promise<string>
  stop: AbortController
}

/** What the store needs of a browser. */
export interface Surroundings {
  fetch: (path: string, signal: AbortSignal) => Promise<Blob>
  make: (blob: Blob) => string
  revoke: (url: string) => void
}

/** One use of a picture. */
export interface Use {
  /** Rejects when the picture cannot be had. */
  url: Promise<string>
  /** Ends the use; the URL means nothing afterwards. */
  release: () => void
}

/** A store of its own; the desk has one, tests make theirs. */
export function blobStore({ fetch, make, revoke }: Surroundings): (path: string) => Use {
  const held = new Map<string, Held>()
  const waiting: (() => void)[] = []
  let busy = 0

  async function load(path: string, signal: AbortSignal): Promise<string> {
    if (busy < LANES) busy += 1
    else await new Promise<void>((go) => waiting.push(go))
    try {
      if (signal.aborted) throw new Error('left')
      const blob = await fetch(path, signal)
      if (signal.aborted) throw new Error('left')
      return make(blob)
    } finally {
      // The place goes to the next one who waits, or is free.
      const next = waiting.shift()
      if (next) next()
      else busy -= 1
    }
  }

  function leave(path: string, one: Held): void {
    one.users -= 1
    if (one.users > 0) return
    if (held.get(path) === one) held.delete(path)
    one.stop.abort()
    one.url.then(revoke, () => undefined)
  }

  return (path) => {
    let one = held.get(path)
    if (one) one.users += 1
    else {
      const stop = new AbortController()
      one = { users: 1, url: load(path, stop.signal), stop }
      held.set(path, one)
      // A failure is not kept: whoever asks next tries again.
      const made = one
      one.url.catch(() => held.get(path) === made && held.delete(path))
    }
    const mine = one
    let ended = false
    return { url: mine.url, release: () => { if (!ended) { ended = true; leave(path, mine) } } }
  }
}
