import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { ConfigError } from '../domain/errors.ts'

/** Reads a certificate and its key and says in words what does not fit. */

export interface CertificateFiles {
  certFile: string
  keyFile: string
  /** Of devices' certificates; it need not be there. */
  caFile: string
}

export interface CertificatePair {
  cert: string
  key: string
  /** Undefined: devices are not asked for certificates. */
  ca: string | undefined
  notAfter: number
  names: string[]
}

async function read(file: string, what: string, problems: string[]): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const advice =
      code === 'ENOENT'
        ? 'it is not there; "lianxun tls init" makes one, or set LIANXUN_TLS_CERT_FILE and LIANXUN_TLS_KEY_FILE'
        : `${code ?? String(error)}; let the user that runs the gateway read it`
    problems.push(`${what} ${file}: ${advice}`)
    return ''
  }
}

export function parseCertificate(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text)
  } catch {
    return undefined
  }
}

function isKeyOf(certificate: X509Certificate, key: string): boolean | undefined {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key))
  } catch {
    return undefined
  }
}

function shorten(name: string): string {
  return name.includes(':') ? new URL(`http://[${name}]`).hostname.slice(1, -1) : name
}

/** `DNS:lianxun.town, IP Address:192.168.1.2` → the names alone. */
export function namesOf(certificate: X509Certificate): string[] {
  const listed = certificate.subjectAltName?.split(/,\s*/) ?? []
  return listed.map((one) => shorten(one.replace(/^[^:]*:/, '').replaceAll('"', '')))
}

export function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

/** Certificates shorter than a day are for tests only, so days tell it well enough. */
export function expiryProblem(file: string, notAfter: number, now: number): string | null {
  if (notAfter > now) return null
  return `certificate ${file} ran out on ${day(notAfter)}; renew it ("lianxun tls renew" if it was made by "lianxun tls init")`
}

function problemsOf(files: CertificateFiles, cert: string, key: string, now: number): string[] {
  const { certFile, keyFile } = files
  const certificate = parseCertificate(cert)
  if (!certificate)
    return [`certificate ${certFile}: is no certificate in PEM form (BEGIN CERTIFICATE)`]
  const fits = isKeyOf(certificate, key)
  if (fits === undefined) {
    return [
      `key ${keyFile}: is no private key in PEM form without a passphrase (BEGIN PRIVATE KEY)`,
    ]
  }
  if (!fits)
    return [
      `key ${keyFile}: is not the key of certificate ${certFile}; give the pair that belongs together`,
    ]
  const expired = expiryProblem(certFile, certificate.validToDate.getTime(), now)
  return expired === null ? [] : [expired]
}

/** Throws ConfigError with everything that is wrong. */
export async function readPair(files: CertificateFiles, now: number): Promise<CertificatePair> {
  const problems: string[] = []
  const cert = await read(files.certFile, 'certificate', problems)
  const key = await read(files.keyFile, 'key', problems)
  const ca = await readFile(files.caFile, 'utf8').catch(() => undefined)
  if (problems.length === 0) problems.push(...problemsOf(files, cert, key, now))
  if (ca !== undefined && !parseCertificate(ca)) {
    problems.push(`${files.caFile}: is no certificate in PEM form; restore it from the backup`)
  }
  const certificate = parseCertificate(cert)
  if (!certificate || problems.length > 0) throw new ConfigError(problems)
  return { cert, key, ca, notAfter: certificate.validToDate.getTime(), names: namesOf(certificate) }
}
