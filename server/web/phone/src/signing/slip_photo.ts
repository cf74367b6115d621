// A photographed slip made small enough to keep: the long edge at most 1,600 px, at most 400 kB, nothing
// of the camera's own data.

/** Limits of domain §6.10. */
const LONG_EDGE = 1600
const MOST_BYTES = 400_000
const QUALITIES = [0.82, 0.7, 0.55, 0.4]

export interface SlipPhoto { bytes: Uint8Array; width: number; height: number; mime: 'jpeg' }

/** Throws `bad_picture` when it is none, or cannot be made small enough. */
export async function shrinkSlip(file: Blob): Promise<SlipPhoto> {
  const bad = (): never => { throw Object.assign(new Error('not a picture'), { code: 'bad_picture' }) }
  const bitmap = await createImageBitmap(file).catch(bad)
  const scale = Math.min(1, LONG_EDGE / Math.max(bitmap.width, bitmap.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(bitmap.width * scale))
  canvas.height = Math.max(1, Math.round(bitmap.height * scale))
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  bitmap.close()
  for (const quality of QUALITIES) {
    const blob = await new Promise<Blob | null>((made) => canvas.toBlob(made, 'image/jpeg', quality))
    if (blob && blob.size <= MOST_BYTES) return { bytes: new Uint8Array(await blob.arrayBuffer()), width: canvas.width, height: canvas.height, mime: 'jpeg' }
  }
  return bad()
}
