import { useQuery } from '@tanstack/react-query'
import { Form, Select } from 'antd'
import type { LonLat } from '../../../gateway/domain/place.ts'
import { devicesQuery } from '../api/queries.ts'
import type { PointView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { placeAt } from '../cases/report-place.ts'

interface ReaderFieldProps {
  point: PointView | null
  place: LonLat | undefined
}

/** Tag readers of the village; those of others the gateway would refuse. */
export function ReaderField({ point, place }: ReaderFieldProps) {
  const { places, words } = useTown()
  const { t } = words
  const devices = useQuery(devicesQuery).data ?? []
  const village =
    (place && placeAt(places, place)?.code.slice(0, 12)) ?? point?.village ?? undefined
  const readers = devices.filter(
    (one) => one.kind === 'tagReader' && (village === undefined || one.village === village),
  )
  return (
    <Form.Item
      name="reader"
      label={t('point.reader')}
      extra={t('point.readerHelp')}
      rules={[{ required: true, message: t('point.refused.reader') }]}
    >
      <Select
        showSearch={{ optionFilterProp: 'label' }}
        notFoundContent={t('point.readerNone')}
        options={readers.map(({ id, name }) => ({ value: id, label: name }))}
      />
    </Form.Item>
  )
}
