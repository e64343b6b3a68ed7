/** Words between a script of a page and the server: a POST that is answered as JSON, or a no with its code. */

/** The server's no: sending the same again would not help. */
export class Refused extends Error {
  constructor(message?: string, readonly code = "") { super(message); }
}

/** Posts a body; resolves to the answer. Rejects with `Refused` at a no, with anything else when the server is out of reach. */
export async function ask<Answer>(url: string, body: BodyInit, token: string, type?: string): Promise<Answer> {
  const answer = await fetch(url, {
    method: "POST", body, credentials: "same-origin",
    headers: { Accept: "application/json", "X-Requested-With": "fetch", "X-CSRFToken": token, ...(type ? { "Content-Type": type } : {}) },
  });
  if (answer.ok) return await answer.json() as Answer;
  const said = await answer.json().catch(() => ({})) as { code?: string; message?: string };
  if (answer.status >= 500 || answer.status === 429 || said.code === "busy") throw new Error(said.message);
  throw new Refused(said.message, said.code);
}

export const tokenIn = (place: ParentNode): string => place.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
