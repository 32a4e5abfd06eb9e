/** As much of a browser's XMLHttpRequest as dicomweb-client uses, on fetch. */
export class FetchedRequest {
  readyState = 0;
  status = 0;
  responseType = '';
  response: unknown = null;
  onreadystatechange: () => void = () => undefined;
  onprogress: ((event: { loaded: number }) => void) | null = null;
  #method = '';
  #url = '';
  readonly #headers = new Headers();
  #answered = new Headers();

  open(method: string, url: string): void {
    this.#method = method;
    this.#url = url;
  }
  setRequestHeader(name: string, value: string): void {
    this.#headers.set(name, value);
  }
  getResponseHeader(name: string): string | null {
    return this.#answered.get(name);
  }
  getAllResponseHeaders(): string {
    return [...this.#answered].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  }
  send(body?: ArrayBuffer | Uint8Array<ArrayBuffer> | Blob): void {
    const init = { method: this.#method, headers: this.#headers, ...(body === undefined ? {} : { body }) };
    void fetch(this.#url, init).then(async (answer) => {
      this.#answered = answer.headers;
      this.status = answer.status;
      const bytes = await answer.arrayBuffer();
      this.onprogress?.({ loaded: bytes.byteLength });
      this.response = this.#read(bytes);
      this.readyState = 4;
      this.onreadystatechange();
    });
  }

  #read(bytes: ArrayBuffer): unknown {
    if (this.responseType === 'arraybuffer') return bytes;
    const text = Buffer.from(bytes).toString('utf8');
    return this.responseType === 'json' && text !== '' ? JSON.parse(text) : text;
  }
}
