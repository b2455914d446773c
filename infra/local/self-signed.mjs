// A self-signed certificate for localhost, made at first use and kept.
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** PEM texts `{ cert, key }` of the certificate in `folder`, which is made when it is not there. */
export async function selfSigned(folder) {
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  try {
    return { cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') };
  } catch (error) {
    if (error.code !== 'ENOENT') {
      throw error;
    }
  }

  const tenYears = 10 * 365 * 24 * 3600 * 1000;
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + tenYears),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }, { type: 7, ip: '127.0.0.1' }] },
    ],
  });

  await mkdir(folder, { recursive: true });
  // The certificate comes last: where it is, its key is whole.
  await writeFile(keyFile, made.private, { mode: 0o600 });
  await chmod(keyFile, 0o600);
  await writeFile(`${certFile}.new`, made.cert);
  await rename(`${certFile}.new`, certFile);
  return { cert: made.cert, key: made.private };
}
