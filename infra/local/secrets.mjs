// Secrets of a local run: made at first use, kept in files that only their owner may read.
import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';

/** The secret in `file`; 32 random bytes in `encoding`, kept there, when there is none yet. */
export async function secretIn(file, encoding) {
  const kept = await readFile(file, 'utf8').catch((error) => {
    if (error.code !== 'ENOENT') {
      throw error;
    }
  });
  return kept?.trim() || keepSecret(file, randomBytes(32).toString(encoding));
}

/** Writes `secret` to `file`, whole or not at all, and gives it back. */
export async function keepSecret(file, secret) {
  await writeFile(`${file}.new`, `${secret}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return secret;
}
