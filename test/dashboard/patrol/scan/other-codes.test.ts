import { expect, test } from 'vitest'
import { isPaymentCode } from '../../../../dashboard/patrol/scan/other-codes.ts'

test.each([
  ['wxp://f2f0abcdef', true],
  ['https://qr.alipay.com/fkx0123456', true],
  ['HTTPS://QR.ALIPAY.COM/FKX0123456', true],
  ['https://payapp.weixin.qq.com/qr/abc', true],
  ['https://qr.95516.com/00010000/123', true],
  ['134567890123456789', true],
  ['https://lianxun.example/c/p101.k1.abc', false],
  ['https://example.org/?u=https://qr.alipay.com', false],
  ['你好', false],
])('%s', (text, isPayment) => expect(isPaymentCode(text)).toBe(isPayment))
