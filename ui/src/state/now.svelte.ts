// The present minute, so that "12 minutes ago" grows older while it is looked at.

class Now {
  ms = $state.raw(Date.now());

  /** Until the returned function is called. */
  tick(): () => void {
    const timer = setInterval(() => (this.ms = Date.now()), 30_000);
    return () => clearInterval(timer);
  }

  refresh(): void {
    this.ms = Date.now();
  }
}

export const now = new Now();
