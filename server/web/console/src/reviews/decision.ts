// One decision on its way to the server. Its id is kept until the answer is known, so that sending
// it again after a cut connection decides nothing twice.
import * as api from '../api'
import type { DecideOne, Decision, DecisionResult, Review } from '../schema'
import { randomId } from '../session/proof'

/** A decision about exactly the version shown. */
export function decisionOn(review: Review, decision: Decision, remark: string | null): DecideOne {
  return { id: randomId(), record: review.record.id, decision, expected: review.heads, remark }
}

/** Sends decisions one at a time; a repeated equal one keeps its id. */
export function decider(): (next: DecideOne) => Promise<DecisionResult | undefined> {
  let pending: DecideOne | null = null
  return async (next) => {
    const again = pending && JSON.stringify({ ...pending, id: '' }) === JSON.stringify({ ...next, id: '' })
    const sent: DecideOne = again && pending ? pending : next
    pending = sent
    const { results } = await api.decide([sent])
    pending = null
    return results[0]
  }
}
