// Photos on their way from real browsers to the real server, over lines as they are in the mountains.
import assert from 'node:assert/strict'
import { webcrypto } from 'node:crypto'
import { after, before, test } from 'node:test'
import { Desk } from './desk.mjs'
import { chance } from './line.mjs'
import { PhoneInHand } from './phone.mjs'
import { PhotoLine } from './photo_line.mjs'
import { Stage } from './stage.mjs'

const PHOTOS = 100
const PER_RECORD = 9
/** Of a hundred bytes, at most five may go over the line twice. */
const SENT_AGAIN = 0.05

let stage
let line
let leader
before(async () => {
  stage = await Stage.open()
  line = await PhotoLine.open(() => stage.address)
  leader = await signIn('ran')
  // Everything a browser asks for passes over the line.
  stage.url = line.url
})
after(async () => {
  await stage?.close()
  line?.close()
})

/** A leader's token, straight from the server. */
async function signIn(account) {
  const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
  const key = Buffer.from(await webcrypto.subtle.exportKey('raw', keys.publicKey)).toString('base64url')
  const reply = await fetch(`http://${stage.address}/api/v1/sessions`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ account, password: stage.password, key }),
  })
  return (await reply.json()).access_token
}

function asLeader(path) {
  return fetch(`http://${stage.address}${path}`, { headers: { authorization: `Bearer ${leader}` } })
}

/** A photo of 12 million pixels as a camera makes it: noise over a slope, with a place in its metadata. */
async function cameraPhoto(page, seed) {
  const base64 = await page.evaluate(async (start) => {
    const canvas = new OffscreenCanvas(4000, 3000)
    const pen = canvas.getContext('2d')
    const slope = pen.createLinearGradient(0, 0, 4000, 3000)
    slope.addColorStop(0, '#9cc4e4')
    slope.addColorStop(1, '#5b7f3a')
    pen.fillStyle = slope
    pen.fillRect(0, 0, 4000, 3000)
    let state = start
    const chance = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
    for (let at = 0; at < 20000; at++) {
      pen.fillStyle = `hsl(${chance() * 360} 40% ${chance() * 100}%)`
      pen.fillRect(chance() * 4000, chance() * 3000, 4 + chance() * 60, 4 + chance() * 60)
    }
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 })).arrayBuffer())
    let text = ''
    for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
    return btoa(text)
  }, seed)
  const jpeg = Buffer.from(base64, 'base64')
  const exif = Buffer.concat([Buffer.from([0xff, 0xe1, 0, 40]), Buffer.from('Exif\0\0'), Buffer.alloc(32, 'PLACE')])
  return Buffer.concat([jpeg.subarray(0, 2), exif, jpeg.subarray(2)])
}

/** From the last step of a visit: what it shows and who is in it, then the camera or the gallery. */
async function takePhoto(phone, { subject, file, from = 'camera' }) {
  await phone.at('add-photo').tap()
  await phone.at(`photo-subject-${subject}`).tap()
  await phone.at('photo-people-none').tap()
  if (from === 'gallery') {
    await phone.at('photo-source').tap()
    await phone.at('photo-reason-1').tap()
  }
  const chooser = phone.page.waitForEvent('filechooser')
  await phone.at('photo-take').tap()
  await (await chooser).setFiles({ name: 'IMG_0001.jpg', mimeType: 'image/jpeg', buffer: file })
}

const stored = (phone, count) => phone.page.waitForFunction((wanted) =>
  document.querySelectorAll('[data-testid="photo"][data-state="stored"]').length === wanted, count)

test('a photo taken offline survives a browser killed while sending, goes on at the byte, and is seen by the leader', async () => {
  const phone = await PhoneInHand.enrol(stage, 'xiang')
  await phone.readyForOffline()
  await phone.offline()
  await phone.household('田大山')
  await phone.fillVisit({ said: '房子漏雨' })
  await phone.at('step-check').tap()
  const file = await cameraPhoto(phone.page, 1)
  await takePhoto(phone, { subject: 'exterior', file })
  await phone.at('photo').first().waitFor()
  await takePhoto(phone, { subject: 'crop', file: await cameraPhoto(phone.page, 2), from: 'gallery' })
  await phone.at('photo').nth(1).waitFor()
  await phone.at('photos').scrollIntoViewIfNeeded()
  await phone.shot('photos')
  assert.ok(file.length > 2_000_000, `the camera's file has ${file.length} bytes`)
  const names = await phone.page.locator('[data-testid="photo"]').evaluateAll((all) => all.map((one) => one.dataset.file))

  // The household agreed to photos outside only.
  await phone.at('add-photo').tap()
  await phone.at('photo-limit').waitFor()
  assert.ok(await phone.at('photo-subject-interior').isDisabled())
  await phone.shot('photo-take')
  // The browser dies behind the camera: what was to be photographed is remembered.
  await phone.at('photo-subject-road').tap()
  await phone.at('photo-people-none').tap()
  const chooser = phone.page.waitForEvent('filechooser')
  await phone.at('photo-take').tap()
  await chooser
  await phone.kill()
  const hung = line.hangNextUpload(30_000)
  await phone.open()
  await phone.unlock()
  await phone.sees('上次拍照没有完成')
  assert.equal(await phone.at('photo-subject-road').getAttribute('aria-pressed'), 'true')
  await phone.at('back').tap()
  await phone.at('photos').waitFor()

  // It dies again in the middle of a photo.
  await hung
  assert.equal(line.fileBytes, 30_000)
  await phone.kill()
  await phone.open()
  await phone.unlock()
  await phone.at('photos').waitFor()
  await phone.tab('sync')
  await phone.page.locator('[data-testid="files"][data-total="0"]').waitFor()
  await phone.shot('photos-sent')

  assert.deepEqual([...line.uploads.keys()].sort(), [...names].sort())
  const [visit] = await phone.engine('records', 'visit')
  const sizes = await phone.engine('photos', visit.id)
  const total = sizes.reduce((sum, photo) => sum + photo.bytes, 0)
  for (const photo of sizes) assert.ok(photo.bytes <= 400_000 && Math.max(photo.width, photo.height) <= 1600, JSON.stringify(photo))
  assert.equal(line.fileBytes, total, 'no byte went over the line twice')
  const detail = await (await asLeader(`/api/v1/records/${visit.id}`)).text()
  for (const name of names) assert.ok(detail.includes(name), `${name} is not on the leader's record`)
  await phone.household('田大山')
  await phone.at('continue-draft').tap()
  await phone.at('step-check').tap()
  await stored(phone, 2)
  await phone.at('submit-visit').tap()
  await phone.at('visit-submitted').waitFor()
  await phone.at('visit-home').tap()
  await phone.sync()

  // The desk stands in the office, on a line of its own.
  stage.url = `http://${stage.address}`
  const desk = await Desk.login(stage, 'ran')
  stage.url = line.url
  await desk.at('review-row').filter({ hasText: '田大山' }).first().click()
  for (const at of [0, 1]) await desk.at('photo').nth(at).getByTestId('picture').waitFor()
  await desk.shot('photos')
})

test('a hundred photos over a line that is cut one time in five: none lost, hardly a byte twice, the words first', async () => {
  const phone = await PhoneInHand.enrol(stage, 'gong')
  await phone.offline()
  const { id: household } = stage.households.find((one) => one.head === '李秀英')
  const recordOf = new Map()
  for (let made = 0; made < PHOTOS;) {
    const record = await phone.engine('addDifficulty', household, { category: 'schooling', description: `第${made}张起` })
    for (let at = 0; at < PER_RECORD && made < PHOTOS; at++, made++) await phone.seedPhoto(record, made)
    for (const photo of await phone.engine('photos', record)) recordOf.set(photo.sha256, { record, bytes: photo.bytes })
  }
  assert.equal(recordOf.size, PHOTOS)

  const early = []
  const before = line.fileBytes
  line.uploads.clear()
  line.onUpload = async (name) => {
    const { status } = await asLeader(`/api/v1/records/${recordOf.get(name).record}`)
    if (status !== 200) early.push(name)
  }
  line.cut(0.2, chance(20151122))
  await phone.offline(false)
  await phone.tab('sync')
  await phone.page.locator('[data-testid="files"][data-total="0"]').waitFor({ timeout: 300_000 })
  line.mend()

  const total = [...recordOf.values()].reduce((sum, one) => sum + one.bytes, 0)
  const again = (line.fileBytes - before) / total - 1
  console.log(`${PHOTOS} photos, ${total} bytes, ${line.cuts} of ${line.connections} connections cut, ${(100 * again).toFixed(2)} % sent again`)
  assert.ok(line.cuts > 10, `only ${line.cuts} connections were cut`)
  assert.deepEqual(early, [], 'photos that came before the words they belong to')
  assert.ok(again <= SENT_AGAIN, `${(100 * again).toFixed(2)} % of the bytes went over the line twice`)
  assert.deepEqual([...line.uploads.keys()].sort(), [...recordOf.keys()].sort())
  for (const [name, { record }] of recordOf) {
    const detail = await (await asLeader(`/api/v1/records/${record}`)).text()
    assert.ok(detail.includes(name), `${name} is not on its record`)
  }
})
