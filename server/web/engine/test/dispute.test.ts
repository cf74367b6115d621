// Disputes on the phone: bound to the version that was shown, raised by submitting, decided by the server alone.
import { beforeAll, describe, expect, it } from 'vitest'
import { fromHex } from '../src/bytes'
import { encode } from '../src/protocol/cbor'
import { enrolled, entry, type Phone } from './phone'
import { withAutomerge } from './support'

beforeAll(withAutomerge)

const STATEMENT = '我家只有一亩花椒，不是五亩'

async function exchange(here: Phone, entries: Phone['line']['entries'] = []): Promise<void> {
  here.line.entries = entries
  here.line.down = false
  await here.engine.syncNow()
  here.line.down = true
}
/** What the server tells of a dispute: the review stays as it is. */
const told = (dispute: string, seq: number, facts: object, state = 'submitted') =>
  entry(dispute, 'decision', encode({ state, remark: null, by: '陈书记', at: 1, heads: [fromHex('00'.repeat(32))], facts }), seq, 'dispute')

async function raised() {
  const here = await enrolled()
  const { digest } = await here.engine.signingPreview(here.household)
  const id = await here.engine.addDispute(here.household, { subject: 'member', document: here.household, line_ids: 'ab'.repeat(16) })
  await here.engine.put(id, 'statement', STATEMENT)
  await here.engine.submit(id)
  const [dispute] = (await here.engine.household(here.household)).disputes
  return { here, id, digest, dispute: dispute! }
}

describe('a dispute', () => {
  it('names the household, the day and the version this phone shows', async () => {
    const { here, id, digest } = await raised()
    expect((await here.engine.record(id)).answers).toEqual({
      household: here.household, subject: 'member', document: here.household, document_digest: digest, line_ids: 'ab'.repeat(16),
      raised_by: 'household', channel: 'on_visit', statement: STATEMENT, raised_on: '2016-01-05',
    })
    await here.engine.lock()
  })

  it('is open from the moment it is submitted, and then the household is marked', async () => {
    const { here, dispute } = await raised()
    expect(dispute.dispute).toEqual({ subject: 'member', statement: STATEMENT, standing: null, open: true })
    const page = await here.engine.household(here.household)
    expect(page.card.disputes).toBe(1)
    expect(page.documents.map((one) => one.id)).toEqual([here.household])
    const draft = await here.engine.addDispute(here.household, { subject: 'conduct' })
    expect((await here.engine.record(draft)).answers['document_digest']).toBeUndefined()
    expect((await here.engine.household(here.household)).card.disputes).toBe(1)
    await here.engine.lock()
  })

  it('is taken back only while it has not left', async () => {
    const { here, id } = await raised()
    await here.engine.withdraw(id)
    expect((await here.engine.household(here.household)).card.disputes).toBe(0)
    await here.engine.submit(id)
    await exchange(here)
    await expect(here.engine.withdraw(id)).rejects.toMatchObject({ code: 'already_sent' })
    await here.engine.lock()
  })

  it('shows what the server decided, ends when it is closed, and is not edited any more', async () => {
    const { here, id } = await raised()
    await exchange(here)
    await exchange(here, [told(id, 3, { state: 'investigating', due_on: '2016-02-02', handler: '谭干事' })])
    const view = await here.engine.record(id)
    expect(view.readOnly).toBe('raised')
    expect(view.card.dispute?.standing).toEqual({ state: 'investigating', dueOn: '2016-02-02', handler: '谭干事', finding: null, toldOn: null, satisfied: null })
    expect(view.card.review).toBe('submitted')
    await exchange(here, [told(id, 4, { state: 'closed', handler: '谭干事', finding: '丈量为1.1亩', told_on: '2016-01-08', satisfied: 'yes' })])
    const page = await here.engine.household(here.household)
    expect(page.disputes[0]?.dispute).toMatchObject({ open: false, standing: { state: 'closed', finding: '丈量为1.1亩', dueOn: null, toldOn: '2016-01-08', satisfied: 'yes' } })
    expect(page.card.disputes).toBe(0)
    await here.engine.lock()
  })

  it('keeps what it heard when a decision says nothing of it', async () => {
    const { here, id } = await raised()
    await exchange(here)
    await exchange(here, [told(id, 3, { state: 'acknowledged', due_on: '2016-02-02' })])
    await exchange(here, [told(id, 4, {})])
    expect((await here.engine.record(id)).card.dispute?.standing?.state).toBe('acknowledged')
    await here.engine.lock()
  })
})
