/**
 * Whose a client id is: the device's whose id it is, or begins with, followed by `-`, `:` or `/`.
 * Ids may hold `-` themselves, so the longest device id decides: `pump-2` is the device `pump-2`'s
 * where there is one, and else a second connection of `pump`.
 */
const separators = '-:/'
/** A device id has 64 characters at most; each separator costs one look at the devices. */
const maxLength = 256

export function ownerOf(clientId: string, isDevice: (id: string) => boolean): string | undefined {
  if (clientId.length > maxLength) return undefined
  if (isDevice(clientId)) return clientId
  for (let end = clientId.length - 1; end > 0; end--) {
    if (!separators.includes(clientId.charAt(end))) continue
    const id = clientId.slice(0, end)
    if (isDevice(id)) return id
  }
  return undefined
}
