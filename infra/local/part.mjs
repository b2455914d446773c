// One process of a local run: started, watched, started again when it ends by itself, stopped with the rest.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

const stopGrace = 15_000;

export class Part {
  #child;
  #stopping = false;
  #ended;
  #restarts = 0;
  #since;

  /**
   * @param {string} name as people see it
   * @param {{ command: string, args: string[], env?: object, log: string, ready: () => Promise<boolean> }} options
   *   `ready` is asked until it says yes or the part ends; nothing of `env` is printed.
   */
  constructor(name, { command, args, env = {}, log, ready }) {
    Object.assign(this, { name, command, args, env, log, ready });
  }

  /** Starts the process and waits until it is ready, 60 s at most. */
  async start() {
    this.#spawn();
    const deadline = Date.now() + 60_000;
    while (!(await this.ready().catch(() => false))) {
      if (this.#child === undefined || Date.now() > deadline) {
        const what = this.#child === undefined ? 'ended while starting' : 'was not ready within 60 s';
        throw new Error(`${this.name} ${what}. The end of ${this.log}:\n${await this.#tail()}`);
      }

      await pause(100);
    }

    this.started = true;
  }

  /** Asks the process to end, and ends it when it does not within 15 s. */
  async stop() {
    this.#stopping = true;
    const child = this.#child;
    if (child === undefined) {
      return;
    }

    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopGrace);
    await this.#ended;
    clearTimeout(timer);
  }

  #spawn() {
    const log = createWriteStream(this.log, { flags: 'a', mode: 0o600 });
    // A group of its own: Ctrl-C reaches this process alone, which then stops the parts in order.
    const child = spawn(this.command, this.args, {
      env: { ...process.env, ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    this.#child = child;
    this.#since = Date.now();
    this.#ended = new Promise((resolve) => {
      const end = (how) => {
        this.#child = undefined;
        log.end();
        resolve();
        if (!this.#stopping && this.started) {
          this.#again(how);
        }
      };
      child.once('error', (error) => end(error.message));
      child.once('close', (code, signal) => end(signal ?? `exit code ${code}`));
    });
  }

  async #again(how) {
    // Who has run for a minute is not failing at its start.
    this.#restarts = Date.now() - this.#since > 60_000 ? 0 : this.#restarts + 1;
    const seconds = Math.min(2 ** this.#restarts, 30);
    console.log(`${this.name} ended (${how}); starting it again in ${seconds} s.`);
    await pause(seconds * 1000);
    if (!this.#stopping) {
      this.#spawn();
    }
  }

  async #tail() {
    const lines = (await readFile(this.log, 'utf8').catch(() => '')).trimEnd().split('\n');
    return lines.slice(-20).join('\n');
  }
}
