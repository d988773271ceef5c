// Calls to the control API of the sandbox.

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export async function ask(path) {
  return told(await fetch(path));
}

export async function tell(path, body = {}) {
  const headers = { "Content-Type": "application/json" };
  return told(await fetch(path, { method: "POST", headers, body: JSON.stringify(body) }));
}

export async function clear(path) {
  return told(await fetch(path, { method: "DELETE" }));
}

async function told(answer) {
  const body = await answer.json();
  if (!answer.ok) throw new Refused(answer.status, body.error ?? answer.statusText);
  return body;
}

// Calls `changed` with the events of every change, for as long as the page is open.
export async function watch(changed) {
  let since = (await ask("/control/events")).number;
  for (;;) {
    try {
      const { events, number } = await ask(`/control/events?since=${since}&timeout=20`);
      since = number;
      if (events.length) await changed(events);
    } catch {
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}
