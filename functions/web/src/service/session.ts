/** The guest's session, kept in this browser. */

import type { Session } from "./model";

const KEY = "simgen.session";

export class SessionStore {
  private opening: Promise<Session> | null = null;

  constructor(
    private readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem">,
    private readonly now: () => number = Date.now,
  ) {}

  /** The session that is kept, or a new one; asked for twice at once, it is started once. */
  open(start: () => Promise<Session>): Promise<Session> {
    const kept = this.kept();
    if (kept) return Promise.resolve(kept);
    this.opening ??= start()
      .then((session) => {
        this.write(session);
        return session;
      })
      .finally(() => {
        this.opening = null;
      });
    return this.opening;
  }

  /** Start anew next time: the service no longer knows this one. */
  forget(): void {
    this.memory = null;
    try {
      this.storage.removeItem(KEY);
    } catch {
      // Storage is switched off: there was nothing to forget but the memory.
    }
  }

  private memory: Session | null = null;

  private kept(): Session | null {
    const session = this.memory ?? this.read();
    return session && Date.parse(session.expires_at) > this.now() ? session : null;
  }

  private read(): Session | null {
    try {
      const text = this.storage.getItem(KEY);
      return text ? (JSON.parse(text) as Session) : null;
    } catch {
      return null;
    }
  }

  private write(session: Session): void {
    this.memory = session;
    try {
      this.storage.setItem(KEY, JSON.stringify(session));
    } catch {
      // Private windows may refuse: the session then lasts as long as the page.
    }
  }
}
