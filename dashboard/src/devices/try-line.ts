import type { z } from 'zod'
import type { rotatedSecretSchema } from '../../../gateway/http/schemas.ts'
import type { DeviceView } from '../api/types.ts'

export type RotatedSecret = z.infer<typeof rotatedSecretSchema>

/**
 * A command that logs in as the device and says that it is there, which nobody can mistake for a
 * reading. Null behind an outside broker: its address and logins are its own affair.
 */
export function tryLine(
  { id, village }: Pick<DeviceView, 'id' | 'village'>,
  { secret, mqttPort }: RotatedSecret,
  host: string,
): string | null {
  if (mqttPort === null) return null
  const login = `-i ${id}-try -u ${id} -P '${secret}'`
  const topic = `lianxun/${village}/${id}/status`
  return `mosquitto_pub -h ${host} -p ${mqttPort} -q 1 ${login} -t ${topic} -m online`
}
