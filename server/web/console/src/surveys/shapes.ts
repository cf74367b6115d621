// The outlines of villages as the operator loaded them (GeoJSON, RFC 7946).
import * as api from '../api'
import { ProblemError } from '../problem'

export type Position = [longitude: number, latitude: number]

/** A village's outline: all its rings, outer and inner. */
export interface Shape {
  code: string
  name: string
  rings: Position[][]
}

/** The shapes of a map; what is no village outline is left out. */
export function readShapes(map: unknown): Shape[] {
  const features = (map as { features?: unknown } | null)?.features
  if (!Array.isArray(features)) return []
  return features.flatMap((feature: Feature) => {
    const code = feature?.properties?.code
    const rings = ringsOf(feature?.geometry)
    if (typeof code !== 'string' || rings.length === 0) return []
    return [{ code, name: String(feature.properties?.name ?? ''), rings }]
  })
}

interface Feature {
  properties?: { code?: unknown; name?: unknown } | null
  geometry?: { type?: string; coordinates?: unknown } | null
}

function ringsOf(geometry: Feature['geometry']): Position[][] {
  const coordinates = Array.isArray(geometry?.coordinates) ? geometry.coordinates : []
  if (geometry?.type === 'Polygon') return coordinates as Position[][]
  return geometry?.type === 'MultiPolygon' ? (coordinates as Position[][][]).flat() : []
}

/** The map of this server; none when the operator has loaded none. */
export async function loadShapes(): Promise<Shape[] | null> {
  try {
    return readShapes(await api.map())
  } catch (thrown) {
    if (thrown instanceof ProblemError && thrown.code === 'not_found') return null
    throw thrown
  }
}
