// A family that was added twice, as a phone knows it: which record stands for which, and what counts where.
import { beforeAll, describe, expect, it } from 'vitest'
import { own } from '../src/bytes'
import * as D from '../src/document/document'
import type { Reference } from '../src/schema'
import { enrolled, entry, type Phone, reference, VILLAGE } from './phone'
import { MORNING, withAutomerge } from './support'

beforeAll(withAutomerge)

const OTHER = '0f'.repeat(16)
const KEPT = 'a1'.repeat(16)
const ROUND = 'c3'.repeat(16)

async function told(here: Phone, more: Partial<Reference>, entries: Phone['line']['entries'] = []): Promise<void> {
  const next = { ...reference, ...more }
  here.line.extra = { reference: own(new TextEncoder().encode(JSON.stringify(next))), reference_tag: `r${JSON.stringify(more)}` }
  here.line.entries = entries
  here.line.down = false
  await here.engine.syncNow()
  here.line.down = true
}

const register = () => D.saveDocument(D.createDocument(OTHER, ['members'], [
  { path: 'address', value: '小南村1组9号' }, { path: 'group_name', value: '1组' }, { path: 'members/m/name', value: '李秀英' }, { path: 'members/m/relation', value: '02' },
], MORNING))
const round = (listed: string[]): Reference['surveys'][number] => ({
  id: ROUND, name: '摸底', area: VILLAGE, from: '2016-01-01', to: '2016-01-10', form: 'household/1', criteria: '', closed_at: null,
  groups: [{ name: '一', members: [], grounds: [{ village: VILLAGE, group_name: null }] }], listed,
})
const card = async (here: Phone, id: string) => (await here.engine.households()).find((one) => one.id === id)

describe('an alias', () => {
  it('says which household stands for it, and nothing of one that is not on the phone', async () => {
    const here = await enrolled()
    await told(here, { aliases: [{ record: here.household, kept: KEPT }] })
    expect((await card(here, here.household))?.alias).toEqual({ id: KEPT, name: null, place: null })
    await told(here, { aliases: [{ record: here.household, kept: KEPT }] }, [entry(KEPT, 'document', register(), 1)])
    expect((await card(here, here.household))?.alias).toEqual({ id: KEPT, name: '李秀英', place: '1组 小南村1组9号' })
    expect((await card(here, KEPT))?.alias).toBeNull()
    await told(here, {})
    expect((await card(here, here.household))?.alias).toBeNull()
    await here.engine.lock()
  })

  it('is not known to reference data that an older app kept', async () => {
    const here = await enrolled()
    const { aliases: _, ...older } = reference
    here.line.extra = { reference: own(new TextEncoder().encode(JSON.stringify(older))), reference_tag: 'older' }
    here.line.down = false
    await here.engine.syncNow()
    expect((await card(here, here.household))?.alias).toBeNull()
    await here.engine.lock()
  })

  it('can still be written and visited; its visits are its family\'s, offline too', async () => {
    const here = await enrolled()
    await told(here, { aliases: [{ record: here.household, kept: KEPT }], surveys: [round([here.household])] }, [entry(KEPT, 'document', register(), 1)])
    const visit = await here.engine.startVisit(here.household, 'survey')
    await here.engine.put(visit, 'survey_outcome', 'visited')
    await here.engine.submit(visit)
    await here.engine.put(here.household, 'address', '小南村1组10号')
    const { houses, card: whole } = await here.engine.survey(ROUND)
    expect(houses.map(({ household, state, found, visits }) => [household, state, found, visits])).toEqual([[KEPT, 'visited', false, 1]])
    expect(whole.coverage).toMatchObject({ houses: 1, visited: 1, found: 0 })
    for (const id of [KEPT, here.household]) {
      expect(await here.engine.surveyOf(id)).toMatchObject({ state: 'visited', found: false })
      expect((await here.engine.household(id)).visits.map((one) => one.id)).toEqual([visit])
      expect((await card(here, id))?.lastVisit).toBe('2016-01-05')
    }
    await here.engine.lock()
  })
})
