// The live connection: server-sent events, opened again by itself when it drops or falls silent.
const events = ['overview', 'fleet', 'devices', 'sinks', 'device', 'gaps', 'values'];
const silentAfterMs = 6000;
const retryMs = [1000, 2000, 4000, 8000, 15000];

export class Live {
  #source = null;
  #attempt = 0;
  #retry = 0;
  #silence = 0;

  /** @param on handlers by the name of an event, overview among them; state gets 'connecting', 'live' or 'lost'. */
  constructor(on) { this.on = on; }

  /** Asks /api/v1/live this from now on; what is null or empty is left out, of a list each goes in. */
  open(query) {
    this.query = new URLSearchParams(Object.entries(query).flatMap(([name, value]) => [value].flat().filter(one => one !== null && one !== '').map(one => [name, one])));
    this.#connect();
  }

  #connect() {
    clearTimeout(this.#retry);
    this.#source?.close();
    const source = this.#source = new EventSource(`/api/v1/live?${this.query}`);
    this.#awaitNext();
    for (const name of events) {
      source.addEventListener(name, event => {
        if (source !== this.#source) return;
        this.#attempt = 0;
        this.#awaitNext();
        this.on.state('live');
        this.on[name]?.(JSON.parse(event.data));
      });
    }
    source.onerror = () => { if (source === this.#source) this.#lost(); };
  }

  // A cable that is pulled says nothing: silence counts as loss.
  #awaitNext() {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#lost(), silentAfterMs);
  }

  #lost() {
    clearTimeout(this.#silence);
    this.#source?.close();
    this.#source = null;
    this.on.state('lost');
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#again(), retryMs[Math.min(this.#attempt++, retryMs.length - 1)]);
  }

  // A stream does not say why it is refused. When the session is over, the page itself leads to the way in.
  async #again() {
    const answer = await fetch('/api/v1/me').catch(() => null);
    if (answer?.status === 401) location.reload();
    else this.#connect();
  }
}
