// A small client of the management API: JSON in, JSON out, its problems as errors.
export class ManagementApi {
  #token;

  constructor(address, token) {
    this.address = address;
    this.#token = token;
  }

  /** The resource with its ETag as `etag`, or undefined when there is none. */
  async find(path) {
    const response = await this.#send('GET', path);
    return response.status === 404 ? undefined : this.#read(response, `GET ${path}`);
  }

  async create(path, body) {
    return this.#read(await this.#send('POST', path, body), `POST ${path}`);
  }

  async replace(path, body, etag) {
    return this.#read(await this.#send('PUT', path, body, etag), `PUT ${path}`);
  }

  async remove(path) {
    await this.#read(await this.#send('DELETE', path, undefined, '*'), `DELETE ${path}`);
  }

  #send(method, path, body, etag) {
    const headers = { authorization: `Bearer ${this.#token}` };
    if (body !== undefined) {
      headers['content-type'] = 'application/json';
    }

    if (etag !== undefined) {
      headers['if-match'] = etag;
    }

    return fetch(this.address + path, {
      method,
      headers,
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
  }

  async #read(response, what) {
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${what} was answered with ${response.status}: ${text}`);
    }

    return { ...(text ? JSON.parse(text) : {}), etag: response.headers.get('etag') ?? undefined };
  }
}
