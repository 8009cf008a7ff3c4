import type { Sample } from '../http/services.ts'
import type { HealthFigures } from './conditions.ts'

function gauge(name: string, text: string, value: number): Sample {
  return { name: `lianxun_${name}`, kind: 'gauge', text, value }
}

/** Figures of the health page for /metrics; what is not known is left out. */
export function pageSamples({
  disk,
  backup,
  devices,
  certificateUntil,
  notices,
  now,
}: HealthFigures): Sample[] {
  return [
    disk && gauge('disk_free_bytes', 'Free on the disk of the data directory.', disk.freeBytes),
    disk && gauge('disk_size_bytes', 'Size of that disk.', disk.totalBytes),
    backup?.lastAt != null &&
      gauge(
        'backup_age_seconds',
        'Age of the newest backup.',
        Math.round((now - backup.lastAt) / 1000),
      ),
    backup &&
      gauge('backup_failed', 'Whether the last backup failed.', backup.failure === null ? 0 : 1),
    certificateUntil !== null &&
      gauge(
        'tls_seconds_left',
        'Until the certificate runs out.',
        Math.round((certificateUntil - now) / 1000),
      ),
    notices && gauge('notices_waiting', 'Notices that are not sent yet.', notices.count),
    notices &&
      gauge(
        'notices_oldest_seconds',
        'How long the oldest of them waits.',
        notices.oldestAt === null ? 0 : Math.max(0, Math.round((now - notices.oldestAt) / 1000)),
      ),
    devices && gauge('devices_offline', 'Devices in service that are silent.', devices.offline),
  ].filter((sample) => sample !== null && sample !== false)
}
