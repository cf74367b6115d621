// Decodes a picture, turns it as its camera held it, and writes it again as a small JPEG. What is
// written comes from pixels alone: place, time and maker of the camera stay behind. Runs in a worker
// and, where that has no canvas, in the window.
import { smallEnough, stepsFor, type Step } from './fit'

export interface SmallPicture { bytes: Uint8Array<ArrayBuffer>; width: number; height: number; mime: 'jpeg' }

/** Null when it is no picture that this browser can read. */
export async function shrinkHere(file: Blob): Promise<SmallPicture | null> {
  let bitmap: ImageBitmap
  try {
    // Without options: old browsers do not know the name of what has been the default ever since.
    bitmap = await createImageBitmap(file)
  } catch {
    return null
  }
  try {
    const found = await smallEnough(stepsFor(bitmap.width, bitmap.height), (step) => written(bitmap, step))
    if (!found) return null
    const { blob, step } = found
    return { bytes: new Uint8Array(await blob.arrayBuffer()), width: step.width, height: step.height, mime: 'jpeg' }
  } finally {
    bitmap.close()
  }
}

async function written(bitmap: ImageBitmap, { width, height, quality }: Step): Promise<Blob | null> {
  if (typeof OffscreenCanvas !== 'undefined') {
    const canvas = new OffscreenCanvas(width, height)
    draw(canvas.getContext('2d'), bitmap, width, height)
    return canvas.convertToBlob({ type: 'image/jpeg', quality })
  }
  const canvas = document.createElement('canvas')
  Object.assign(canvas, { width, height })
  draw(canvas.getContext('2d'), bitmap, width, height)
  return new Promise((done) => canvas.toBlob(done, 'image/jpeg', quality))
}

function draw(pen: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D | null, bitmap: ImageBitmap, width: number, height: number): void {
  if (!pen) throw new Error('no canvas')
  pen.imageSmoothingQuality = 'high'
  // JPEG has no transparency: what is see-through becomes paper, not soot.
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, width, height)
  pen.drawImage(bitmap, 0, 0, width, height)
}
