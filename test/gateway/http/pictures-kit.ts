import sharp, { type Sharp } from 'sharp'
import type { House, Person } from './house.ts'

/** Pictures as phones and cameras make them, and how they are sent. */

export function canvas(width = 64, height = 48): Sharp {
  const background = { r: 200, g: 80, b: 20 }
  return sharp({ create: { width, height, channels: 3, background } })
}

export const aJpeg = (width?: number, height?: number): Promise<Buffer> =>
  canvas(width, height).jpeg().toBuffer()

/** With a position, an owner and a camera in it, and lying on its side. */
export function onItsSide(width = 64, height = 48): Promise<Buffer> {
  return canvas(width, height)
    .jpeg()
    .withExif({
      IFD0: { Orientation: '6', Make: 'PhoneMaker', Artist: 'Somebody' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '29/1 11/1 0/1', GPSLongitudeRef: 'E' },
    })
    .withMetadata({ orientation: 6 })
    .toBuffer()
}

export function sendPicture(
  house: House,
  person: Pick<Person, 'cookie'>,
  bytes: Uint8Array,
  type = 'image/jpeg',
) {
  return house.ask('/api/v1/pictures', {
    method: 'POST',
    headers: { cookie: person.cookie, 'x-lianxun': '1', 'content-type': type },
    body: new Uint8Array(bytes),
  })
}
