// What a cadre does from house to house with the phone: writes a family down, and surveys it.

/** Chooses an answer; long lists are unfolded first. */
export async function choose(phone, field, value) {
  const option = phone.at(`option-${field}-${value}`)
  const fold = phone.at(`open-${field}`)
  await option.or(fold).first().waitFor()
  if (await fold.isVisible()) await fold.tap()
  await option.tap()
}

/** Types an answer and leaves the question, which saves it. */
export async function write(phone, field, text) {
  await phone.at(`input-${field}`).fill(text)
  await phone.at(`input-${field}`).blur()
}

async function section(phone, name, fill) {
  await phone.at(`section-${name}`).tap()
  await phone.at('section-next').waitFor()
  await fill()
  await phone.at('back').first().tap()
}

async function member(phone, { name, relation, sex, id }) {
  await phone.at('add-members').tap()
  await write(phone, 'name', name)
  await choose(phone, 'relation', relation)
  await choose(phone, 'sex', sex)
  await write(phone, 'id_no', id)
  await choose(phone, 'health', 'healthy')
  await choose(phone, 'labour', 'ordinary')
  await choose(phone, 'resides', 'true')
  await choose(phone, 'shares_budget', 'true')
  await phone.at('element-done').tap()
}

/**
 * Adds a household that is in no register, with everything its form asks; from a screen that offers it. Leaves the
 * phone at the register, with nothing missing.
 */
export async function addFamily(phone, { group, address, members }) {
  await phone.at('add-household').tap()
  await phone.at(`village-${phone.stage.village}`).tap()
  await section(phone, 'register', () => choose(phone, 'in_system', 'outside'))
  await section(phone, 'home', async () => {
    await write(phone, 'group_name', group)
    await write(phone, 'address', address)
  })
  await section(phone, 'members', async () => {
    for (const one of members) await member(phone, one)
    const head = phone.at('field-head_member_id').getByText(members[0].name)
    await head.tap()
  })
  await section(phone, 'poverty', async () => {
    await choose(phone, 'poverty_attribute', 'general')
    await choose(phone, 'severity', 'light')
    await write(phone, 'severity_reason', '有两名劳力，无病人')
    await choose(phone, 'main_cause', 'transport')
  })
}

/** From the list of a survey round to a house, through its visit, and back to the list. */
export async function survey(phone, head, { met, outcome }) {
  await phone.at('survey-house').filter({ hasText: head }).tap()
  await phone.at('start-survey-visit').tap()
  await phone.at(`option-met-${met}`).tap()
  await phone.at(`option-survey_outcome-${outcome}`).tap()
  await phone.at('step-check').tap()
  await phone.at('submit-visit').tap()
  await phone.at('visit-submitted').waitFor()
  await phone.shot(`survey-${outcome}`)
  await phone.at('to-survey').tap()
}

/** What the phone itself counts: houses surveyed, and all of them. */
export async function counted(phone) {
  const progress = phone.at('survey-progress')
  await progress.waitFor()
  return { visited: Number(await progress.getAttribute('data-visited')), houses: Number(await progress.getAttribute('data-houses')) }
}

/** Waits until the phone counts so many; a list is read again a moment after a change. */
export async function counts(phone, visited, houses) {
  await phone.page.locator(`[data-testid="survey-progress"][data-visited="${visited}"][data-houses="${houses}"]`).waitFor()
}
