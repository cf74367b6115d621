// The five documents of a household on paper: each printed by a real browser, its text read back from the PDF.
// The reader is pdftotext of Debian's poppler-utils, which the flows install anyway for the phone's slips: it is
// kept by a distribution and reads the file as another program, where an npm parser would share Chromium's own code.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Desk } from './desk.mjs'
import { root, Stage } from './stage.mjs'

const folder = join(root, 'tests/e2e/artifacts')
const A4 = /Page size:\s+59[45](\.\d+)? x 84[12](\.\d+)? pts/

let stage
let desk
before(async () => {
  mkdirSync(folder, { recursive: true })
  stage = await Stage.open('papers')
  desk = await Desk.login(stage, 'ran')
})
after(() => stage?.close())

/** The page of a record as a PDF: its text without the spaces that layout puts in, and what the tools say of it. */
async function printed(name) {
  const record = stage.papers[name]
  await desk.page.goto(`${stage.url}/desk/#/print/${record}`)
  await desk.at('print-page').waitFor()
  await desk.shot(`print-${name}`)
  const file = join(folder, `print-${name}.pdf`)
  await desk.page.pdf({ path: file, format: 'A4', preferCSSPageSize: true })
  execFileSync('pdftoppm', ['-png', '-r', '80', file, join(folder, `print-${name}`)])
  const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' })
  return {
    text, flat: text.replace(/\s+/g, ''),
    code: await desk.at('print-code').innerText(),
    state: await desk.at('print-state').getAttribute('data-state'),
    info: execFileSync('pdfinfo', [file], { encoding: 'utf8' }),
    fonts: execFileSync('pdffonts', [file], { encoding: 'utf8' }).split('\n').slice(2).filter(Boolean),
  }
}

/** Title, state of its signatures, what it says of them, and some of its content; all as one would read it. */
const PAPERS = {
  registration: ['基本情况登记表', 'objected', ['有不同意见', '谭福顺(户主)不同意', '房子的面积不对', '家庭成员·冉桂香', '••••0027', '产业刚起步']],
  income: ['月收入动态核算表', 'signed', ['已签齐', '3方签的就是本页内容', '计入人口3人', '辣椒', '1,100.00★', '含干部估计', '2头×1800元', '纯收入', '猪卖得便宜，其余都对']],
  ledger: ['贫困户脱贫台账', 'changed', ['签后有改动', '不是本页内容', '养猪3头，实施中', '结账日期', '签字(手印)']],
  agreement: ['到户产业帮扶协议书', 'partly', ['部分已签', '还缺：提供方、见证方', '谭福顺(户主)同意', '提供仔猪4头、饲料300斤，上门防疫，培训两次。', '中元养殖合作社']],
  card: ['明白卡', 'none', ['未签', '还缺：农户、帮扶人', '谁在帮您', '监督电话', '12317', '小儿子技能培训补助', '7,640.00元★', '含干部估计']],
}

for (const [name, [title, state, words]] of Object.entries(PAPERS)) {
  test(`${name} is an A4 page with its title, whose it is, its version and how far it is signed`, async () => {
    const paper = await printed(name)
    assert.equal(paper.state, state)
    assert.match(paper.code, /^[0-9A-F]{4}-[0-9A-F]{2}$/)
    const always = [title, '谭福顺', '石会镇·中元村二组', `版本码：${paper.code}`, '证件号码只印末四位', '打印于', '完整版本号']
    for (const expected of [...always, ...words]) assert.ok(paper.flat.includes(expected.replace(/\s+/g, '')), `${name} lacks "${expected}":\n${paper.text}`)

    // Every page says what it is part of.
    const pages = Number(/Pages:\s+(\d+)/.exec(paper.info)[1])
    assert.match(paper.info, A4)
    for (let page = 1; page <= pages; page++) assert.ok(paper.flat.includes(`第${page}页，共${pages}页`), `${name} lacks page ${page} of ${pages}`)
    assert.equal(paper.flat.split(`${title}·谭福顺·版本${paper.code}·打印于`).length - 1, pages)

    // Every glyph is in the file, and every font says which characters its glyphs are.
    assert.ok(paper.fonts.length > 0)
    for (const font of paper.fonts) assert.match(font, /\s+yes\s+(yes|no)\s+yes\s+\d+\s+\d+$/, `${name}: ${font}`)
    assert.ok(!/[\ufffd\ue000-\uf8ff]/.test(paper.text), `${name} has characters nobody knows:\n${paper.text}`)

    // Nobody's number.
    assert.ok(!paper.flat.includes(stage.papers.id_number) && !/\d{17}[\dX]/.test(paper.text.replace(/[0-9a-f]{64}/g, '')), `a number on ${name}:\n${paper.text}`)
  })
}

test('what was signed before a change can be printed as it was', async () => {
  await desk.page.goto(`${stage.url}/desk/#/print/${stage.papers.ledger}`)
  await desk.page.getByText('签过的版本').click()
  await desk.at('version-page').waitFor()
  await desk.at('version-checked').and(desk.page.locator('[data-ok=true]')).waitFor()
  await desk.page.getByText('养猪2头').waitFor()
})
