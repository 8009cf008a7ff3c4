import writeExcelFile, { type CellObject, type SheetData } from 'write-excel-file/node'
import type { Evaluation, EvaluationRow } from '../domain/evaluation.ts'

/** The evaluation as a workbook for the town's office: one sheet per ranking, and what was counted how. */

export const workbookType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

const rateFormat = '0.0%'
const minutesFormat = '0.0'

/** Other control characters, and halves of characters, would make the file unreadable. */
const unprintable = /(?![\t\n\r])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu

/** Names come from files and people: none of them may become a formula, here or where it is pasted. */
export function plainText(text: string): string {
  const printable = text.replace(unprintable, '')
  return /^[\s]*[=+\-@|％＝＋－＠]|^[\t\r\n]/u.test(printable) ? `'${printable}` : printable
}

function words(text: string): CellObject {
  return { value: plainText(text), type: String }
}

function head(...texts: string[]): CellObject[] {
  return texts.map((value) => ({ value, type: String, fontWeight: 'bold', wrap: true }))
}

/** An empty cell: nothing was to be counted. */
function number(value: number | null, format = '0'): CellObject | null {
  return value === null ? null : { value, type: Number, format }
}

function rateOf(value: number | null): CellObject | null {
  return number(value, rateFormat)
}

function minutesOf(value: number | null): CellObject | null {
  return number(value, minutesFormat)
}

const stepHeads = ['受理', '分派', '签收', '处置']

function ranking(first: string, rows: readonly EvaluationRow[]): SheetData {
  const header = head(
    '名次',
    first,
    '得分',
    '受理件数',
    '办结件数',
    ...stepHeads.map((step) => `${step}按期率`),
    '退回率',
    '返工率',
    ...stepHeads.map((step) => `${step}用时中位数（分钟）`),
    '办结用时中位数（分钟）',
    '平均评分',
  )
  return [header, ...rows.map(rankingRow)]
}

function rankingRow(row: EvaluationRow, index: number): SheetData[number] {
  const { onTime, medianMinutes: minutes } = row
  return [
    row.points === null ? null : number(index + 1),
    words(row.name),
    number(row.points, '0.0'),
    number(row.opened),
    number(row.closed),
    ...[onTime.accept, onTime.dispatch, onTime.sign, onTime.handle].map(rateOf),
    rateOf(row.returnRate),
    rateOf(row.reworkRate),
    ...[minutes.accept, minutes.dispatch, minutes.sign, minutes.handle, minutes.close].map(
      minutesOf,
    ),
    number(row.meanScore, '0.0'),
  ]
}

function deviceSheet({ devices, villages }: Evaluation): SheetData {
  const names = new Map(villages.map(({ id, name }) => [id, name]))
  return [
    head('设备编号', '设备', '村', '报警次数', '误报次数', '误报率'),
    ...devices.map((device) => [
      words(device.id),
      words(device.name),
      words(names.get(device.village) ?? device.village),
      number(device.alarms),
      number(device.falseAlarms),
      rateOf(device.falseAlarmRate),
    ]),
  ]
}

function notes({ month, excluded }: Evaluation): SheetData {
  return [
    head('项目', '内容'),
    [words('考核月份'), words(month)],
    [words('归属'), words('工单计入受理当月；单位为所派单位，未派单位的按隐患类别的责任单位')],
    [words('按期'), words('在时限内完成；批准延期的以延期后的时限为准；逾期未办的计为超期')],
    [
      words('得分'),
      words(
        '百分制：处置按期率 40，受理、分派、签收按期率平均 20，（1−退回率）15，（1−返工率）15，评分÷5 10；无数据的项不计，按其余项折算',
      ),
    ],
    [words('并案与作废'), words('并案只计一次；作废的不计；误报计入设备，不计入人员')],
    [words('不计入：设备故障（件）'), number(excluded.deviceFaults)],
    [words('不计入：报备焚烧（件）'), number(excluded.plannedBurns)],
    [words('不计入：挂账（分钟）'), number(excluded.suspendedMinutes)],
    [words('不计入：设备离线（分钟）'), number(excluded.offlineMinutes)],
  ]
}

const rankingColumns = [6, 22, 8, ...Array.from({ length: 14 }, () => 12)].map((width) => ({
  width,
}))

export function evaluationWorkbook(evaluation: Evaluation): Promise<Buffer> {
  const ranked = { columns: rankingColumns, stickyRowsCount: 1, orientation: 'landscape' as const }
  return writeExcelFile([
    { sheet: '村', data: ranking('村', evaluation.villages), ...ranked },
    { sheet: '单位', data: ranking('单位', evaluation.units), ...ranked },
    { sheet: '队伍', data: ranking('队伍', evaluation.teams), ...ranked },
    {
      sheet: '设备',
      data: deviceSheet(evaluation),
      columns: [18, 26, 16, 10, 10, 10].map((width) => ({ width })),
      stickyRowsCount: 1,
    },
    { sheet: '说明', data: notes(evaluation), columns: [{ width: 26 }, { width: 90 }] },
  ]).toBuffer()
}
