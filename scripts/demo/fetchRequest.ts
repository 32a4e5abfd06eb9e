/**
 * As much of a browser's XMLHttpRequest as dicomweb-client uses, on Node's fetch.
 * Network errors end with status 0, as in a browser.
 */
export class FetchRequest {
  readyState = 0;
  status = 0;
  response: unknown = null;
  responseType = '';
  withCredentials = false;
  onreadystatechange: (() => void) | null = null;
  onloadstart: (() => void) | null = null;
  onloadend: (() => void) | null = null;
  onprogress: ((event: unknown) => void) | null = null;
  /** Why there is no answer, where there is none. */
  failure: unknown = null;
  #method = 'GET';
  #url = '';
  readonly #headers = new Headers();
  #answer: Headers | null = null;

  open(method: string, url: string): void {
    this.#method = method;
    this.#url = url;
    this.readyState = 1;
  }

  setRequestHeader(name: string, value: string): void {
    this.#headers.set(name, value);
  }

  getResponseHeader(name: string): string | null {
    return this.#answer?.get(name) ?? null;
  }

  getAllResponseHeaders(): string {
    return [...(this.#answer ?? [])].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  }

  send(body?: ArrayBuffer): void {
    this.onloadstart?.();
    void this.#exchange(body).finally(() => {
      this.readyState = 4;
      this.onreadystatechange?.();
      this.onloadend?.();
    });
  }

  async #exchange(body?: ArrayBuffer): Promise<void> {
    try {
      const answer = await fetch(this.#url, {
        method: this.#method,
        headers: this.#headers,
        ...(body === undefined ? {} : { body }),
      });
      const bytes = await answer.arrayBuffer();
      this.#answer = answer.headers;
      this.response = this.#decode(bytes);
      this.status = answer.status;
    } catch (error) {
      this.failure = error;
      this.status = 0;
    }
  }

  #decode(bytes: ArrayBuffer): unknown {
    if (this.responseType === 'arraybuffer') return bytes;
    const text = new TextDecoder().decode(bytes);
    if (this.responseType !== 'json') return text;
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return null;
    }
  }
}
