// One run of an open phone's sync. Photos make room meanwhile; a phone taken out of use hands its work in instead.
import { Failure } from './failure'
import type { Open } from './open'
import { surrender } from './surrender'
import { synchronise, unsynced, type SyncParts } from './sync'

/** True when the phone was taken out of use and has nothing left that only it has. Throws a `Failure`. */
export async function run({ book, keys, access, lane }: Open, line: Pick<SyncParts, 'transport' | 'exclusive' | 'touched'>): Promise<boolean> {
  let answered = false
  const touched: SyncParts['touched'] = (...news) => {
    answered = true
    line.touched(...news)
  }
  const parts: SyncParts = { book, keys, access, ...line, touched }
  lane.hold(unsynced(book) > 0)
  try {
    await synchronise(parts)
    return false
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'device_revoked' || !(await surrender(parts))) throw error
    return true
  } finally {
    lane.release(answered)
  }
}
