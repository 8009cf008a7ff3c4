import { type FileHandle, open } from 'node:fs/promises'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  type SchemaElement,
} from 'hyparquet'
import { createBatch, type FileBatch, type RowCheck } from './row-check.ts'
import type { TownText } from './town-text.ts'

/**
 * Parquet, row group by row group, only the columns that count. What a file says of its own sizes is
 * not believed: each is held against what this process is ready to hold.
 */

const mebibyte = 1024 ** 2
const mostGroupBytes = 256 * mebibyte
const mostGroupRows = 2_000_000
const mostFooterBytes = 32 * mebibyte

const wanted = ['time', 'device', 'property', 'value', 'measured', 'readings']

const compressors: Compressors = {
  GZIP: (input, length) => gunzipSync(input, { maxOutputLength: length }),
  ZSTD: (input, length) => zstdDecompressSync(input, { maxOutputLength: length }),
  BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: length }),
}

/** Epoch ms instead of dates: these are many. */
const parsers = {
  timestampFromMilliseconds: (ms: bigint) => Number(ms),
  timestampFromMicroseconds: (us: bigint) => Number(us / 1000n),
  timestampFromNanoseconds: (ns: bigint) => Number(ns / 1_000_000n),
}

async function bytesOf(handle: FileHandle, start: number, length: number): Promise<ArrayBuffer> {
  const buffer = new ArrayBuffer(length)
  let read = 0
  while (read < length) {
    const { bytesRead } = await handle.read(new Uint8Array(buffer, read), {
      position: start + read,
    })
    if (bytesRead === 0) throw new Error('it ends too soon')
    read += bytesRead
  }
  return buffer
}

function slicesOf(handle: FileHandle, size: number): AsyncBuffer {
  async function slice(start: number, end: number): Promise<ArrayBuffer> {
    const length = end - start
    if (start >= 0 && length >= 0 && end <= size && length <= mostGroupBytes) {
      return await bytesOf(handle, start, length)
    }
    throw new Error('it names a place that is not in the file')
  }
  return {
    byteLength: size,
    slice(start, end = size) {
      const found = slice(start, end)
      // Several are asked for at once, and after the first that fails nobody looks at the others.
      found.catch(() => {})
      return found
    },
  }
}

async function metadataOf(file: AsyncBuffer): Promise<FileMetaData> {
  if (file.byteLength < 12) throw new Error('it ends too soon')
  const end = new DataView(await file.slice(file.byteLength - 8))
  if (end.getUint32(4, true) !== 0x31524150) throw new Error('its end is missing; send it again')
  if (end.getUint32(0, true) > mostFooterBytes) throw new Error('its list of contents is too long')
  return await parquetMetadataAsync(file, { parsers, geoparquet: false })
}

/** The columns that count, each of plain values; or what is wrong with them. */
function columnsOf({ schema }: FileMetaData): SchemaElement[] | { column: string; text: string } {
  const [root, ...elements] = schema
  const found = new Map<string, SchemaElement>()
  // Only those at the top: of a group its own columns follow it.
  let skip = 0
  for (const element of elements) {
    const children = element.num_children ?? 0
    if (skip === 0 && wanted.includes(element.name)) found.set(element.name, element)
    skip = Math.max(0, skip - 1) + children
  }
  const names = [...found.keys()]
  const missing = ['time', 'device', 'property'].find((name) => !names.includes(name))
  if (root === undefined || missing !== undefined) {
    return {
      column: missing ?? 'time',
      text: 'is missing; needed are time, device, property and value',
    }
  }
  if (!found.has('value') && !found.has('measured')) {
    return { column: 'value', text: 'is missing; needed are time, device, property and value' }
  }
  for (const [column, element] of found) {
    if (element.num_children || element.repetition_type === 'REPEATED') {
      return { column, text: 'holds lists or groups; it must hold one value a row' }
    }
  }
  if (found.has('measured')) found.delete('value')
  return [...found.values()]
}

type Group = Record<string, unknown[]>

interface GroupSpan {
  rowStart: number
  rowEnd: number
}

async function readGroup(
  file: AsyncBuffer,
  metadata: FileMetaData,
  { columns, rowStart, rowEnd }: GroupSpan & { columns: readonly string[] },
): Promise<Group> {
  const group = Object.fromEntries(
    columns.map((name) => [name, Array.from<unknown>({ length: rowEnd - rowStart })]),
  )
  await parquetRead({
    file,
    metadata,
    columns: [...columns],
    rowStart,
    rowEnd,
    compressors,
    parsers,
    onChunk(chunk) {
      const column = group[chunk.columnName] ?? []
      for (let i = 0; i < chunk.columnData.length; i++) {
        const row = chunk.rowStart + i - rowStart
        if (row >= 0 && row < column.length) column[row] = chunk.columnData[i]
      }
    },
  })
  return group
}

function checkGroup(
  { row_groups: groups }: FileMetaData,
  index: number,
  columns: readonly string[],
) {
  const group = groups[index]
  const bytes = (group?.columns ?? [])
    .filter(({ meta_data }) => columns.includes(meta_data?.path_in_schema[0] ?? ''))
    .reduce((sum, { meta_data }) => sum + Number(meta_data?.total_uncompressed_size ?? 0), 0)
  const rows = Number(group?.num_rows ?? 0)
  if (rows >= 0 && rows <= mostGroupRows && bytes <= mostGroupBytes) return rows
  throw new Error(
    `row group ${index + 1} is too large (${rows} rows): write it with row groups of 100,000 rows`,
  )
}

interface ParquetParts {
  check: RowCheck
  town: TownText
}

export async function* readParquet(file: string, parts: ParquetParts): AsyncGenerator<FileBatch> {
  const batch = createBatch()
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    const slices = slicesOf(handle, size)
    const metadata = await metadataOf(slices)
    const elements = columnsOf(metadata)
    if (!Array.isArray(elements)) batch.error(1, elements.column, elements.text)
    else yield* readGroups(slices, metadata, { ...parts, elements, batch })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    batch.error(1, null, `is no Parquet that can be read: ${why}`)
  } finally {
    await handle.close()
  }
  yield batch.take(1)
}

interface GroupParts extends ParquetParts {
  elements: readonly SchemaElement[]
  batch: ReturnType<typeof createBatch>
}

/** Times without a zone are those of the town's clocks. */
function isWall({ logical_type }: SchemaElement): boolean {
  return logical_type?.type === 'TIMESTAMP' && !logical_type.isAdjustedToUTC
}

async function* readGroups(
  file: AsyncBuffer,
  metadata: FileMetaData,
  { elements, check, town, batch }: GroupParts,
): AsyncGenerator<FileBatch> {
  const columns = elements.map(({ name }) => name)
  const valueColumn = columns.includes('measured') ? 'measured' : 'value'
  const wall = elements.some((element) => element.name === 'time' && isWall(element))
  const groups = metadata.row_groups.length
  let rowStart = 0
  for (let index = 0; index < groups; index++) {
    const rowEnd = rowStart + checkGroup(metadata, index, columns)
    const group = await readGroup(file, metadata, { columns, rowStart, rowEnd })
    for (let i = 0; i < rowEnd - rowStart; i++) {
      const readings = group.readings?.[i]
      if (readings !== null && readings !== undefined) batch.leaveOut()
      else {
        const time = group.time?.[i]
        const cells = {
          time: wall && typeof time === 'number' ? town.instantOf(time) : time,
          device: group.device?.[i],
          property: group.property?.[i],
          value: group[valueColumn]?.[i],
        }
        batch.reading(rowStart + i + 1, check.reading(cells, valueColumn))
      }
      if (batch.isFull()) yield batch.take((index + i / (rowEnd - rowStart)) / groups)
    }
    rowStart = rowEnd
  }
}
