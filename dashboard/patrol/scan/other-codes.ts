/** Codes that hang everywhere: what they are is said by name. */
const payment = [
  /^wxp:\/\//i,
  /^https?:\/\/(qr|ds)\.alipay\.com/i,
  /^https?:\/\/payapp\.(weixin|wechat)\.qq\.com/i,
  /^https?:\/\/qr\.95516\.com/i,
  /^(28|25|13)\d{16,18}$/,
]

export const isPaymentCode = (text: string) => payment.some((shape) => shape.test(text.trim()))
